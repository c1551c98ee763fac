"""Builds that are killed with the tool."""

import os
import select
import subprocess
import sys

from tests.behaviours.commands import command, ran, said
from tests.behaviours.world import PATIENCE, World

WAITING = (
    "`test -e ${assembly.project}/again || "
    "{ echo > ${assembly.project}/ready; read line < ${assembly.project}/never; }; echo new`"
)
"""Says that it is ready, and waits for what never comes, unless it may go on."""


def test_35_killed_mid_run(world: World) -> None:
    world.assembly(
        command("first", "1")
        + command("second", WAITING, needs=["first"])
        + command("third", "`cat ${parts.second.path}`")
    )
    world.done("lock")
    for name in ("ready", "never"):
        os.mkfifo(world.project / name)
    ready = os.open(world.project / "ready", os.O_RDONLY | os.O_NONBLOCK)
    building = subprocess.Popen(
        [sys.executable, "-m", "assembler", "build"],
        cwd=world.project,
        env=world.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert select.select([ready], [], [], PATIENCE)[0], "the second part is not made"
    finally:
        building.kill()
        building.wait()
        os.close(ready)
    assert ran(world) == ["first", "second"]
    assert not (world.prefix / "share").exists()
    world.write("again", "")
    world.done("build")
    assert ran(world) == ["second", "third"]
    assert [said(world, name) for name in ("first", "third")] == ["1", "new"]
    assert not world.done("build", "--json").document["changed"]
