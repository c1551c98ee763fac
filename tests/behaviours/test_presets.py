"""Presets, and tables that are made for each of some names."""

from tests.behaviours.world import World

TEMPLATE = """
[presets.service]
recipe = "template"
to = "etc/${self.name}"
text = "--port ${self.vars.port} --name ${self.name}"
vars = { port = 8080 }
"""


def test_10_macro(world: World) -> None:
    world.assembly(
        TEMPLATE + '[parts.a]\ninherits = ["service"]\nvars.port = 1\n'
        '[parts.b]\ninherits = ["service"]\nvars.port = 2\n[parts.c]\ninherits = ["service"]\n'
    )
    world.build()
    assert sorted(world.parts) == ["a", "b", "c"]
    for name, port in {"a": 1, "b": 2, "c": 8080}.items():
        assert (world.prefix / "etc" / name).read_text() == f"--port {port} --name {name}"


def test_11_multiple_macros(world: World) -> None:
    colour = '[presets.{0}]\nrecipe = "template"\nto = "etc/x"\ntext = "{0}"\n'
    world.assembly(
        colour.format("one") + colour.format("two") + '[parts.x]\ninherits = ["one", "two"]\n'
    )
    world.build()
    assert (world.prefix / "etc/x").read_text() == "two"
    world.edit("[parts.x]\n", '[parts.x]\ntext = "own"\n')
    world.done("build")
    assert (world.prefix / "etc/x").read_text() == "own"

    world.edit("[presets.two]\n", '[presets.two]\ninherits = ["three"]\n')
    ended = world.assemble("build")
    assert ended.code == 1
    assert "error: preset `two` inherits from an unknown preset `three`\n" in ended.messages
    world.edit('inherits = ["three"]', 'inherits = ["two"]')
    ended = world.assemble("build")
    assert ended.code == 1
    assert "error: presets inherit from each other in a ring: two → two\n" in ended.messages
    assert (world.prefix / "etc/x").read_text() == "own"


def test_tables_are_made_for_each_name(world: World) -> None:
    world.assembly(
        TEMPLATE
        + '[for-each.service]\nnames = ["accounts", "basket"]\n'
        + 'parts."${name}" = { inherits = ["service"] }\n'
    )
    world.build()
    assert sorted(world.parts) == ["accounts", "basket"]
    assert world.done("config", "parts.basket.to").output == "etc/basket\n"
    world.edit(', "basket"', "")
    world.done("build")
    assert list(world.parts) == ["accounts"]
    assert not (world.prefix / "etc/basket").exists()
