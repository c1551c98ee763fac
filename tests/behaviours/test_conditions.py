"""`[[when]]` blocks: what is locked and built differs from target to target."""

import sys

import pytest
import tomli

from tests.behaviours.programs import program
from tests.behaviours.world import World

TARGETS = '[lock]\ntargets = ["linux-x86_64", "linux-aarch64", "macos-arm64", "windows-x86_64"]\n'
ON_DARWIN = """
[[when]]
marker = "sys_platform == 'darwin'"
parts.web.requires.add = ["two"]
[[when]]
marker = "sys_platform == 'win32'"
parts.web.enabled = false
"""


@pytest.fixture
def locked(world: World) -> World:
    """A lock whose program differs on macOS, and is not for Windows."""
    for name in ("one", "two"):
        world.release(name, "1.0")
    world.release("one", "2.0")
    world.assembly(program("web", ["one"]) + program("job", ["one<2"]) + ON_DARWIN, before=TARGETS)
    world.done("lock")
    return world


def names(world: World, marker: str) -> set[tuple[str, str]]:
    """What is locked, by name and version, where the entry's marker holds a text."""
    lock = tomli.loads((world.project / "pylock.toml").read_text())
    return {(e["name"], e["version"]) for e in lock["packages"] if marker in e["marker"]}


def test_each_target_gets_its_own(locked: World) -> None:
    assert names(locked, "'web'") == {("one", "2.0"), ("two", "1.0")}
    assert names(locked, "'job'") == {("one", "1.0")}
    text = (locked.project / "pylock.toml").read_text()
    inputs = tomli.loads(text)["tool"]["assembler"]["programs"]
    assert inputs["web"]["targets"] == ["linux-aarch64", "linux-x86_64", "macos-arm64"]
    assert inputs["web"]["requires"] == ["one"]
    assert inputs["web"]["on"]["macos-arm64"]["requires"] == ["one", "two"]
    assert "on" not in inputs["job"]
    locked.done("lock")
    assert (locked.project / "pylock.toml").read_text() == text
    locked.done("lock", "--check")
    assert locked.done("outdated", "--json").code == 0


def test_constraints_for_one_target(locked: World) -> None:
    locked.edit('parts.web.requires.add = ["two"]', 'lock.constraints.one = "<2"')
    locked.done("lock")
    lock = tomli.loads((locked.project / "pylock.toml").read_text())
    markers = {e["version"]: e["marker"] for e in lock["packages"] if "'web'" in e["marker"]}
    assert "'darwin'" in markers["1.0"]
    inputs = lock["tool"]["assembler"]["programs"]["web"]
    assert inputs["on"]["macos-arm64"]["constraints"] == {"one": "<2"}
    locked.edit('constraints.one = "<2"', 'constraints.one = "<1.5"')
    ended = locked.assemble("lock", "--check")
    assert ended.code == 6
    assert "constraint `one` is now `<1.5` (assembly.toml:" in ended.messages


@pytest.mark.skipif(sys.platform != "linux", reason="the conditions are about Linux")
def test_a_build_takes_what_holds_on_this_machine(locked: World) -> None:
    locked.done("build")
    assert sorted(locked.parts) == ["job", "web"]
    assert locked.done("build").messages == "nothing to do\n"
    locked.edit("sys_platform == 'win32'", "sys_platform == 'linux'")
    locked.done("lock")
    locked.done("build")
    assert list(locked.parts) == ["job"]


def test_an_edit_for_another_target_makes_the_lock_stale(locked: World) -> None:
    locked.edit('add = ["two"]', 'add = ["two>=1"]')
    for command in (["lock", "--check"], ["build"]):
        ended = locked.assemble(*command)
        assert ended.code == 6
        assert "`web` now requires `two>=1` (assembly.toml:" in ended.messages
    locked.edit(ON_DARWIN.replace("two", "two>=1", 1), "")
    ended = locked.assemble("build")
    assert ended.code == 6
    assert "`web` no longer requires `two`" in ended.messages
    assert "the targets of `web` are now all, were " in ended.messages
    locked.done("lock")
    locked.done("lock", "--check")
    assert names(locked, "'web'") == {("one", "2.0")}


def test_what_can_not_depend_on_the_target(locked: World) -> None:
    locked.edit('parts.web.requires.add = ["two"]', 'parts.web.python = "3.9"')
    ended = locked.assemble("lock")
    assert ended.code == 1
    assert "error: `web` has Python 3.9 on `macos-arm64`, and " in ended.messages
    assert "hint: a target's own Python is said by `[targets.macos-arm64]`" in ended.messages
    locked.edit('parts.web.python = "3.9"', 'sources.one.path = "one"')
    locked.write("one/pyproject.toml", '[project]\nname = "one"\nversion = "3"\n')
    ended = locked.assemble("lock")
    assert ended.code == 1
    assert "error: the source of `one` must be the same on all targets" in ended.messages


def test_12_conditions_by_marker(world: World) -> None:
    world.assembly(
        "[[when]]\nmarker = \"platform_system == 'msdos'\"\nvars.x = 2\n"
        "[[when]]\nmarker = \"platform_system != 'msdos'\"\nvars.y = 2\n",
        before="[vars]\nx = 1\ny = 1\n",
    )
    assert world.done("config", "vars.x").output == "1\n"
    assert world.done("config", "vars.y").output == "2\n"
    world.edit("platform_system == 'msdos'", "python_version >= '2.0'")
    ended = world.assemble("config")
    assert ended.code == 1
    assert "`python_version` depends on a program's Python, not on the platform" in ended.messages


def test_13_no_code_in_conditions(world: World) -> None:
    world.assembly("[[when]]\nmarker = \"__import__('os').system('touch done')\"\nvars.x = 1\n")
    ended = world.assemble("config", "--origins")
    assert ended.code == 1
    assert "is no environment marker" in ended.messages
    assert not (world.project / "done").exists()


def test_05_appending_in_conditional_blocks(world: World) -> None:
    blocks = [("platform_system != 'x'", "'c', 'd'"), ("platform_system == 'x'", "'z'"),
              ("os_name != 'x'", "'e'")]  # fmt: skip
    text = "".join(f'[[when]]\nmarker = "{m}"\nvars.x.add = [{add}]\n' for m, add in blocks)
    world.write("base.toml", "[vars]\nx = ['a', 'b']\n")
    world.assembly(text)
    world.edit("[assembly]\n", "[assembly]\nextends = ['base.toml']\n")
    assert world.done("config", "vars.x").output.split() == ["a", "b", "c", "d", "e"]
