"""`--check`: exit code 7 where something is due, and nothing is changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.behaviours.commands import command
from tests.behaviours.world import World
from tests.servers import serve

AT_DEPLOYMENT = """
[parts.migrate]
recipe = "command"
at = "deploy"
shell = "echo migrated >> ${assembly.project}/migrations"
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with serve({}) as index:
        yield World(tmp_path, index)


def test_a_build_that_is_not_current_is_due(world: World) -> None:
    world.assembly(command("a", "1"))
    world.build()
    assert world.assemble("status", "--check").code == 0
    world.edit(command("a", "1"), command("a", "2"))
    due = world.assemble("status", "--check", "--json")
    assert (due.code, due.document["current"]) == (7, False)
    assert due.messages == (
        "error: the build is not current\nhint: `assemble build` makes it so\n"
    )  # fmt: skip
    assert world.done("status", "--json").document["current"] is False


def test_a_deployment_may_be_due(world: World) -> None:
    world.assembly(AT_DEPLOYMENT)
    world.build()
    due = world.assemble("deploy", "--check", "--json")
    assert (due.code, due.document["changed"], due.document["due"]) == (7, False, True)
    assert due.messages.endswith(
        "error: something is due\nhint: `assemble deploy` does it\n"
    )  # fmt: skip
    assert not (world.project / "migrations").exists()
    world.done("deploy")
    assert world.assemble("deploy", "--check").code == 0
    assert (world.project / "migrations").read_text() == "migrated\n"
