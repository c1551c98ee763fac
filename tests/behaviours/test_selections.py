"""`build --only` and the default selection."""

from tests.behaviours.commands import command, ran
from tests.behaviours.world import World

SELECT = """
[assembly.select]
production = ["web"]
default = ["production", "report"]
"""


def test_only_what_is_selected_is_built(world: World) -> None:
    world.assembly(
        SELECT
        + command("base", "0")
        + command("web", "1", needs=["base"])
        + command("report", "2")
        + command("debug", "3")
    )
    world.build()
    assert ran(world) == ["base", "web", "report"]
    assert world.done("build").messages == "nothing to do\n"

    planned = world.done("plan", "--json", "--only", "production").document
    assert planned["removed"] == ["report"]
    world.done("build", "--only", "production")
    assert list(world.parts) == ["base", "web"]
    assert not (world.prefix / "share/report").exists()
    assert world.status["current"] is True
    assert world.done("build", "--only", "production").messages == "nothing to do\n"

    world.done("build")
    assert sorted(world.parts) == ["base", "report", "web"]
    world.done("build", "debug")
    assert sorted(world.parts) == ["base", "debug", "report", "web"]


def test_a_selection_that_is_not_there(world: World) -> None:
    world.assembly(SELECT + command("web", "1") + command("report", "2"))
    world.done("lock")
    ended = world.assemble("build", "--only", "producton")
    assert ended.code == 2
    assert "error: there is no selection `producton`\nhint: did you mean `production`?\n" in (
        ended.messages
    )
    ended = world.assemble("build", "--only", "production", "web")
    assert ended.code == 2
    assert "error: `--only` and parts can't go together\n" in ended.messages
    ended = world.assemble("build", "--only", "production", "--only", "default")
    assert ended.code == 2
    assert "error: `--only` takes one selection\n" in ended.messages
    assert "hint: a selection of `[assembly.select]` may name others\n" in ended.messages


def test_the_lock_covers_every_part(world: World) -> None:
    for name in ("one", "two"):
        world.release(name, "1.0")
    program = '[parts.{0}]\nrecipe = "program"\nrequires = ["{0}"]\n'
    select = '[assembly.select]\ndefault = ["one"]\n'
    world.assembly(select + program.format("one") + program.format("two"))
    world.done("lock")
    assert "'two' in dependency_groups" in (world.project / "pylock.toml").read_text()
    world.done("build")
    assert list(world.parts) == ["one"]
