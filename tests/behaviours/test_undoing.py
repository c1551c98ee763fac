"""What parts did outside of the prefix, undone when they go."""

from pathlib import Path

from tests.behaviours.recipes import with_recipes
from tests.behaviours.world import World

REGISTER = """
[parts.name]
recipe = "template"
text = "shop"
to = "etc/name"

[parts.service]
recipe = "command"
shell = "echo 8080 $(cat ${parts.name.path}) >> $REGISTRY"
undo = ["sh", "-ec", "echo - 8080 $(cat ${parts.name.path}) >> $REGISTRY"]
env = { REGISTRY = "${assembly.project}/registry" }
"""

OUTSIDE = '''
import msgspec

from assembler.api import Needs, RunCommand, Text, Undo


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is written: `says`, into `file`."""

    file: Text
    says: str


class Outside:
    """Writes a line somewhere, and takes it back."""

    options = Options

    def declare(self, part):
        """Nothing."""
        return Needs()

    def realise(self, part, assembled):
        """A line; and another one that takes it back."""
        options = part.typed(Options)
        return (
            RunCommand(argv=_line("+", options), outputs=()),
            Undo(argv=_line("-", options)),
        )


def _line(sign, options):
    script = Text((f'echo "{sign} {options.says}" >> "$0"',))
    return (Text(("sh",)), Text(("-c",)), script, options.file)


recipe = Outside()
'''
LINES = """
[parts.first]
recipe = "outside"
file = "${assembly.project}/registry"
says = "first"

[parts.second]
recipe = "outside"
file = "${assembly.project}/registry"
says = "second"
needs = ["first"]
"""


def registry(world: World) -> list[str]:
    """The lines since this was last asked."""
    file = world.project / "registry"
    lines = file.read_text().splitlines() if file.exists() else []
    file.unlink(missing_ok=True)
    return lines


def parts_of(world: World) -> list[Path]:
    return sorted((world.prefix / ".assembly/parts").glob("*/"))


def test_29_undoing(world: World) -> None:
    world.assembly(REGISTER)
    world.build()
    assert registry(world) == ["8080 shop"]
    assert not world.done("build", "--json").document["changed"]
    world.edit('text = "shop"', 'text = "store"')
    planned = world.done("plan")
    assert "< service: what it did outside is undone with `sh -ec 'echo - 8080" in planned.output
    ended = world.done("build")
    assert "undid what service had done outside" in ended.messages
    assert registry(world) == ["- 8080 shop", "8080 store"]
    file = world.project / "assembly.toml"
    file.write_text(file.read_text().partition("[parts.service]")[0])
    (undone,) = world.plan()["undone"]
    assert undone["part"] == "service"
    assert [command[:2] for command in undone["commands"]] == [["sh", "-ec"]]
    assert world.done("build", "--json").document["undone"] == ["service"]
    assert registry(world) == ["- 8080 store"]
    assert not world.done("build", "--json").document["changed"]
    assert not list((world.prefix / ".assembly/undo").iterdir())


def test_29_undoing_fails(world: World) -> None:
    world.assembly(REGISTER.replace("echo - ", "test -e ready; echo - "))
    world.build()
    before = world.status["generation"]
    file = world.project / "assembly.toml"
    file.write_text(file.read_text().partition("[parts.name]")[0])
    ended = world.assemble("build")
    assert ended.code == 5
    assert "error: part `service`: `sh`, which undoes it, ended with status 1" in ended.messages
    assert "`assemble build --forget-undo` gives it up" in ended.messages
    assert world.status["generation"] == before
    (service,) = (world.prefix / ".assembly/parts").glob("service-*/")
    (service / "ready").touch()
    assert registry(world) == ["8080 shop"]
    world.done("build")
    assert registry(world) == ["- 8080 shop"]


def test_29_undoing_is_given_up(world: World) -> None:
    world.assembly(REGISTER.replace("echo - ", "exit 3; echo - "))
    world.build()
    file = world.project / "assembly.toml"
    file.write_text(file.read_text().partition("[parts.name]")[0])
    assert world.assemble("build").code == 5
    ended = world.done("build", "--forget-undo")
    assert "ended with status 3: that is forgotten" in ended.messages
    assert world.status["parts"] == []


def test_29_undoing_and_rollback(world: World) -> None:
    world.assembly(REGISTER)
    world.build()
    world.edit('text = "shop"', 'text = "store"')
    world.build()
    assert registry(world) == ["8080 shop", "- 8080 shop", "8080 store"]
    ended = world.done("rollback")
    assert "what part `service` of generation 1 did outside was undone" in ended.messages
    assert registry(world) == []
    world.edit('text = "store"', 'text = "shop"')
    ended = world.done("build")
    assert "built service" in ended.messages
    assert registry(world) == ["- 8080 store", "8080 shop"]
    assert not world.done("build", "--json").document["changed"]


def test_30_undoing_without_the_recipe(world: World) -> None:
    environment = with_recipes(world, {"outside": OUTSIDE})
    world.assembly(LINES)
    world.done("lock", environment=environment)
    world.done("build", environment=environment)
    assert registry(world) == ["+ first", "+ second"]
    world.assembly("")
    world.build()
    assert registry(world) == ["- second", "- first"]
    assert world.status["parts"] == []
