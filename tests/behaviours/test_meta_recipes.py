"""A part that stands for others."""

from tests.behaviours.programs import release_app, shown
from tests.behaviours.recipes import with_recipes
from tests.behaviours.world import World

SITE = '''
import msgspec

from assembler.api import ExpandedPart, Needs, Output, Text


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A small site: its `title`."""

    title: Text


class Site:
    """A program, its settings, a page, and a list of all of them."""

    options = Options

    def expand(self, part):
        """Four parts that refer to each other."""
        app, page = f"{part.name}-app", f"{part.name}-page"
        text = Text.of("title = ", part.typed(Options).title)
        binary = Text.of(Output(app, ("bin", "shop")))
        return (
            ExpandedPart(name=app, recipe="program", options={"requires": ["shop"]}),
            ExpandedPart(
                name=f"{part.name}-settings",
                recipe="template",
                options={"text": Text.of(text, " ", binary), "to": "etc/settings.ini"},
            ),
            ExpandedPart(
                name=page,
                recipe="command",
                options={
                    "shell": Text.of(binary, " > page"),
                    "outputs": ["page"],
                    "expose": {"share/page": "page"},
                },
            ),
            ExpandedPart(
                name=f"{part.name}-list",
                recipe="template",
                options={"text": Text.of(Output(page, ("path",))), "to": "etc/list"},
                needs=(f"{part.name}-settings",),
            ),
        )

    def declare(self, part):
        """Nothing besides."""
        return Needs()

    def realise(self, part, assembled):
        """Nothing besides."""
        return ()


recipe = Site()
'''

PARTS = '[parts.shop]\nrecipe = "homepage"\ntitle = "Shop"\n'
MADE = ["shop-app", "shop-settings", "shop-page", "shop-list"]


def test_41_meta_recipe(world: World) -> None:
    environment = with_recipes(world, {"homepage": SITE})
    release_app(world, "shop", "1.0", "shop")
    world.assembly(PARTS)
    world.done("lock", environment=environment)
    plan = world.done("plan", "--json", environment=environment).document
    assert [part["name"] for part in plan["parts"]] == [*MADE, "shop"]
    world.done("build", environment=environment)
    assert [part["name"] for part in world.status["parts"]] == [*MADE, "shop"]
    assert shown(world) == ["shop"]
    assert (world.prefix / "share/page").read_text() == "shop 1.0\n"
    parts = (world.prefix / ".assembly/current/parts").resolve()
    binary = (parts / "shop-app").resolve() / "bin/shop"
    assert (world.prefix / "etc/settings.ini").read_text() == f"title = Shop {binary}"
    page = (parts / "shop-page").resolve() / "page"
    assert (world.prefix / "etc/list").read_text() == str(page)
    config = world.done("config", "parts.shop-app.requires", environment=environment)
    assert config.output == "shop\n"
    origins = world.done("config", "parts.shop-app", "--origins", environment=environment)
    line = (world.project / "assembly.toml").read_text().splitlines().index("[parts.shop]") + 1
    assert f"assembly.toml:{line}" in origins.output
    told = world.done("recipes", "homepage", environment=environment).output
    assert "parts that it makes:\n  Four parts that refer to each other.\n" in told
    graph = world.done("graph", environment=environment).output
    assert "shop-app (program): expansion" in graph
    again = world.done("build", "--json", environment=environment).document
    assert not again["changed"]
    world.edit(PARTS, PARTS + '[parts.shop-page]\nrecipe = "layout"\n')
    clash = world.assemble("build", environment=environment)
    assert clash.code == 1
    assert "part `shop` expands to `shop-page`, and that is written, too" in clash.messages
    assert f"the other one is at assembly.toml:{line + 3}" in clash.messages
    world.edit('recipe = "layout"\n', 'expose = { "share/other" = "page" }\n')
    world.done("build", environment=environment)
    assert (world.prefix / "share/other").read_text() == "shop 1.0\n"
    file = world.project / "assembly.toml"
    file.write_text(file.read_text().partition("[parts.shop]")[0])
    world.done("build", environment=environment)
    assert world.status["parts"] == []
    assert not (world.prefix / "share").exists()
