"""Builds that fail: what is said, and what still stands."""

import re
from pathlib import Path

from assembler import __version__
from tests.behaviours.commands import command, ran, said
from tests.behaviours.world import World

FAILING = command("second", "new; echo half > foo; ./bar")
"""Makes its output and `foo`, and then fails, as there is no `bar`."""

OWN = re.compile(r"\.assembly/(lock|log)(/|$)")
"""Where a failing build may write."""


def outcome(world: World) -> dict[str, tuple[int, str]]:
    """What stands in the prefix, but for what a failing build may write."""
    ours = {".assembly", ".assembly/parts", ".assembly/scratch"}
    return {
        path: state
        for path, state in world.tree().items()
        if not OWN.match(path) and path not in ours
    }


def test_32_failure_cleanup(world: World) -> None:
    world.assembly(command("first", "1") + FAILING + command("third", "`cat ${parts.second.path}`"))
    world.done("lock")
    ended = world.assemble("build")
    assert ended.code == 5
    assert "error: part `second`: `/bin/sh` ended with status 127\n" in ended.messages
    assert "--> assembly.toml:" in ended.messages
    assert "bar: not found" in ended.messages
    assert "hint: its whole output is in `" in ended.messages
    assert ran(world) == ["first", "second"]
    assert not list(world.prefix.rglob("foo"))
    assert not (world.prefix / "share").exists()
    assert world.assemble("status").code == 1
    assert {path.name[:6] for path in (world.prefix / ".assembly/parts").iterdir()} == {"first-"}
    world.edit(FAILING, command("second", "new"))
    world.done("build")
    assert ran(world) == ["second", "third"]
    assert said(world, "third") == "new"


CRASHING = """
import msgspec


class Options(msgspec.Struct, rename="kebab"):
    divisor: int


class Recipe:
    options = Options

    def declare(self, part):
        from assembler.api import ConfigurationError, Needs

        if part.typed(Options).divisor < 0:
            raise ConfigurationError("`divisor` is negative", origin=part.origin_of("divisor"))
        1 / part.typed(Options).divisor
        return Needs()

    def realise(self, part, assembled):
        return {}["steps"]


recipe = Recipe()
"""


def test_33_user_error_or_bug(world: World) -> None:
    site = world.folder / "site"
    recipes = {"entry_points.txt": "[assembler.recipes]\ncrashing = crashing:recipe\n"}
    recipes["METADATA"] = f"Metadata-Version: 2.1\nName: assembler\nVersion: {__version__}\n"
    for name, text in recipes.items():
        file = site / f"assembler-{__version__}.dist-info" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (site / "crashing.py").write_text(CRASHING)
    environment = {"PYTHONPATH": str(site), "TMPDIR": str(world.folder)}
    world.assembly('[parts.p]\nrecipe = "crashing"\ndivisor = -1\n')
    refused = world.assemble("lock", environment=environment)
    line = (world.project / "assembly.toml").read_text().splitlines().index("divisor = -1") + 1
    assert refused.code == 1
    assert refused.messages == (
        f"error: `divisor` is negative\n  --> assembly.toml:{line}:11\n   |\n"
        f"{line} | divisor = -1\n   |           ^^\n"
    )
    for command_line, divisor, said_so, frame in (
        (["lock"], 0, "ZeroDivisionError: division by zero", "in declare"),
        (["build", "--lock"], 1, "KeyError: 'steps'", "in realise"),
    ):
        world.assembly(f'[parts.p]\nrecipe = "crashing"\ndivisor = {divisor}\n')
        crashed = world.assemble(*command_line, environment=environment)
        assert crashed.code == 70
        *_, first, hint = crashed.messages.splitlines()
        assert first == f"error: recipe `crashing` crashed on part `p`: {said_so}"
        found = re.fullmatch(r"hint: please report .* traceback, `(.+)`", hint)
        assert found
        traceback = Path(found[1]).read_text()
        assert f"{site}/crashing.py" in traceback
        assert frame in traceback
        assert not world.prefix.exists()


def test_34_failed_rebuild(world: World) -> None:
    world.release(
        "greeter",
        "1.0",
        files={"greeter.py": "def main():\n    print('hello')\n"},
        entry_points={"console_scripts": {"greeter": "greeter:main"}},
    )
    program = '[parts.app]\nrecipe = "program"\nrequires = ["greeter"]\n'
    world.assembly(program + command("first", "1") + command("second", "old"))
    world.build()
    before, status = outcome(world), world.status
    ran(world)
    world.edit(command("first", "1"), command("first", "2"))
    world.edit(command("second", "old"), FAILING)
    assert world.assemble("build").code == 5
    assert ran(world) == ["first", "second"]
    after = outcome(world)
    assert {path: after[path] for path in before} == before
    assert {path[:22] for path in after.keys() - before.keys()} == {".assembly/parts/first-"}
    assert (said(world, "first"), said(world, "second")) == ("1", "old")
    assert world.launch("greeter") == "hello"
    world.done("verify")
    assert world.status == status | {"current": False}
