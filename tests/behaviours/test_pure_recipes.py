"""Recipes change nothing of the process that asks them, and commands nothing of each other."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from assembler.api import Assembled, Needs, Part, Step
from assembler.testing import Impure, RecipeTester
from tests.behaviours.world import World

CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "directory": (os.chdir, "os.chdir"),
    "environment": (lambda _: os.environ.__setitem__("CHANGED", "1"), "os.environ"),
    "files": (lambda folder: (folder / "made").write_text("x"), "open"),
}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    pass


class Changing:
    """A recipe that changes something while it is asked."""

    options = Options

    def __init__(self, change: Callable[[], object]) -> None:
        self._change = change

    def declare(self, part: Part) -> Needs:
        del part
        return Needs()

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        del part, assembled
        self._change()
        return ()


@pytest.mark.parametrize("kind", CHANGES)
def test_40_no_process_state(tmp_path: Path, kind: str) -> None:
    change, used = CHANGES[kind]
    before = (Path.cwd(), dict(os.environ))
    tester = RecipeTester(tmp_path)
    tester.recipes["changing"] = Changing(lambda: change(tmp_path))
    with pytest.raises(Impure) as raised:
        tester.ask('[parts.x]\nrecipe = "changing"\n')
    assert raised.value.message == (
        f"`realise` of recipe `changing`, which must be pure, used `{used}`"
    )
    assert (Path.cwd(), dict(os.environ)) == before
    assert not list(tmp_path.iterdir())


def test_40_commands_start_in_their_own_directory(world: World) -> None:
    world.assembly(
        """
[parts.one]
recipe = "command"
shell = "pwd -P > here; cd /; export CHANGED=1"
outputs = ["here"]

[parts.two]
recipe = "command"
shell = "pwd -P > here; echo ${CHANGED:-unchanged} >> here"
outputs = ["here"]
needs = ["one"]
""".replace("${CHANGED", "$${CHANGED")
    )
    world.build()
    for name, more in (("one", ""), ("two", "unchanged\n")):
        directory = (world.prefix / ".assembly/current/parts" / name).resolve()
        assert (directory / "here").read_text() == f"{directory}\n{more}"
