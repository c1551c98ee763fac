"""Commands whose output or messages nobody reads."""

import os
import subprocess
import sys
from collections.abc import Sequence

import pytest

from tests.behaviours.commands import command
from tests.behaviours.world import PATIENCE, World

ALL_CLOSED = 'exec "$@" <&- >&- 2>&-'


@pytest.mark.parametrize("arguments", [["build"], ["build", "--json"], ["status", "--json"]])
def test_who_stops_reading_stops_nothing(world: World, arguments: Sequence[str]) -> None:
    world.assembly(command("one", "1"))
    world.build()
    world.edit("echo 1", "echo 2")
    world.done("lock")
    assert unread(world, *arguments) == 0
    world.done("build")
    assert unread(world, "rollback", "99") == world.assemble("rollback", "99").code


@pytest.mark.parametrize("argument", ["--help", "--version", "recipes"])
def test_a_reader_that_has_read_enough_is_no_error(world: World, argument: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = run(world, argument, stdout=writing, stderr=subprocess.PIPE)
    finally:
        os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_mistake_in_arguments_has_its_code_though_nobody_reads_of_it(world: World) -> None:
    assert unread(world, "no-such-command") == world.assemble("no-such-command").code


def test_files_do_not_take_the_place_of_streams_that_are_closed(world: World) -> None:
    world.assembly(command("one", "1"))
    for arguments in (["lock"], ["build"], ["verify"]):
        assemble = [sys.executable, "-m", "assembler", *arguments]
        ended = subprocess.run(
            ["/bin/sh", "-c", ALL_CLOSED, "sh", *assemble],
            cwd=world.project,
            env=world.environment,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode == 0
    world.done("lock", "--check")
    world.done("verify")


def unread(world: World, *arguments: str) -> int:
    """The exit code where output and messages go to a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        return run(world, *arguments, stdout=writing, stderr=writing).returncode
    finally:
        os.close(writing)


def run(
    world: World, *arguments: str, stdout: int, stderr: int
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "assembler", *arguments],
        cwd=world.project,
        env=world.environment,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        timeout=PATIENCE,
        check=False,
    )
