"""Two commands that want one prefix or one cache, and programs that run meanwhile."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.behaviours.programs import program, release_app
from tests.behaviours.world import PATIENCE, World
from tests.servers import serve

HELD = """
[parts.held]
recipe = "command"
shell = "echo begun > ${assembly.project}/begun; read go < ${assembly.project}/go; : > out"
outputs = ["out"]
"""

LATER = """
import sys

def main():
    print("begun", flush=True)
    sys.stdin.readline()
    from shop import later
    print(later.VERSION)
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A build, and the wish for a part whose making waits until it may go on."""
    with serve({}) as index:
        world = World(tmp_path, index)
        release_app(world, "tool", "1.0", "tool")
        for pipe in ("begun", "go"):
            os.mkfifo(world.project / pipe)
        world.assembly(program("web", ["tool"]))
        world.build()
        world.assembly(program("web", ["tool"]) + HELD)
        yield world


@contextmanager
def started(world: World, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A command that runs beside us."""
    child = subprocess.Popen(
        [sys.executable, "-m", "assembler", *arguments],
        cwd=world.project,
        env=world.environment,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


@contextmanager
def held(world: World) -> Iterator[subprocess.Popen[str]]:
    """A build that has begun its part and waits there."""
    with started(world, "build") as building:
        assert (world.project / "begun").read_text() == "begun\n"
        yield building


def go(world: World) -> None:
    """Let the part that waits go on."""
    (world.project / "go").write_text("on\n")


def first_words(child: subprocess.Popen[str]) -> str:
    """The first line that a command says."""
    assert child.stderr is not None
    return child.stderr.readline()


def waits(child: subprocess.Popen[str]) -> str:
    """The first line in which a command says that it waits."""
    while not (said := first_words(child)).startswith("waiting for "):
        assert said
    return said


def ends_well(child: subprocess.Popen[str]) -> str:
    """What else a command says until its end, which must be a good one."""
    _, told = child.communicate(timeout=PATIENCE)
    assert child.returncode == 0, told
    return told


def test_the_second_build_of_a_prefix_waits_and_says_for_whom(world: World) -> None:
    with held(world) as first, started(world, "build") as second:
        said = first_words(second)
        assert said.startswith(f"waiting for process {first.pid} (`")
        assert said.endswith(f" build`), which holds `{world.prefix}/.assembly/lock`\n")
        go(world)
        ends_well(first)
        assert ends_well(second) == "nothing to do\n"
    assert world.launch("tool") == "tool 1.0"


def test_a_holder_that_is_stopped_is_named_and_one_that_is_killed_is_in_nobodys_way(
    world: World,
) -> None:
    with held(world) as first:
        first.send_signal(signal.SIGSTOP)
        with started(world, "build") as second:
            assert first_words(second).startswith(f"waiting for process {first.pid} ")
            first.kill()
            assert (world.project / "begun").read_text() == "begun\n"
            go(world)
            ends_well(second)
    assert world.launch("tool") == "tool 1.0"
    world.done("verify")


def test_locking_and_cleaning_while_a_build_runs(world: World) -> None:
    with held(world) as building:
        release_app(world, "other", "1.0", "other")
        world.edit('["tool"]', '["tool", "other"]')
        world.done("lock")
        with started(world, "clean") as cleaning:
            assert first_words(cleaning).startswith(f"waiting for process {building.pid} ")
            go(world)
            ends_well(building)
            ends_well(cleaning)
    assert world.launch("tool") == "tool 1.0"
    world.edit(HELD, "")
    world.build()
    assert world.launch("other") == "other 1.0"


def test_a_program_that_runs_while_it_is_upgraded_keeps_its_modules(world: World) -> None:
    for version in ("1.0", "2.0"):
        world.release(
            "shop",
            version,
            files={"shop/__init__.py": LATER, "shop/later.py": f"VERSION = {version!r}\n"},
            entry_points={"console_scripts": {"shop": "shop:main"}},
        )
    world.assembly(program("web", ["shop==1.0"]))
    world.build()
    running = subprocess.Popen(
        [world.prefix / "bin/shop"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert running.stdout is not None
        assert running.stdout.readline() == "begun\n"
        world.edit("shop==1.0", "shop==2.0")
        world.build()
        assert running.communicate("\n", timeout=PATIENCE)[0] == "1.0\n"
    finally:
        running.kill()
        running.wait()
    now = subprocess.run(
        [world.prefix / "bin/shop"], input="\n", capture_output=True, text=True, check=True
    )
    assert now.stdout == "begun\n2.0\n"


def test_cleaning_has_its_turn_while_builds_come_and_go(world: World) -> None:
    with held(world) as first, started(world, "cache", "clean") as cleaning:
        said = first_words(cleaning)
        assert said.startswith(f"waiting for process {first.pid} (`"), said
        assert said.endswith(" build`), which uses the cache\n")
        with started(world, "build", "--prefix", "other", "web") as second:
            said = first_words(second)
            assert said.startswith(f"waiting for process {cleaning.pid} (`"), said
            assert said.endswith(" cache clean`), which cleans the cache\n")
            go(world)
            ends_well(first)
            assert ends_well(cleaning).startswith("dropped ")
            ends_well(second)
    assert world.launch("tool", prefix=world.project / "other") == "tool 1.0"


def test_a_part_whose_command_builds_while_somebody_waits_to_clean(world: World) -> None:
    """Who cleans waits for the outer build, and that for the inner one, which may come in."""
    inner = world.project / "inner"
    inner.mkdir()
    for file in ("assembly.toml", "pylock.toml"):
        shutil.copy(world.project / file, inner)
    world.write("inner/assembly.toml", (inner / "assembly.toml").read_text().replace(HELD, ""))
    cache = f"HOME={world.folder} ASSEMBLER_CACHE={world.cache}"
    command = f"{cache} {sys.executable} -m assembler -C {inner} build; : > out"
    world.edit(": > out", command)
    with held(world) as outer, started(world, "cache", "clean") as cleaning:
        assert first_words(cleaning).startswith(f"waiting for process {outer.pid} (`")
        go(world)
        ends_well(outer)
        ends_well(cleaning)
    assert world.launch("tool", prefix=inner / "build") == "tool 1.0"


def test_builds_that_wait_for_one_another_and_for_cleaning(world: World) -> None:
    with held(world) as first, started(world, "build") as second:
        assert first_words(second).startswith(f"waiting for process {first.pid} (`")
        with (
            started(world, "cache", "clean") as cleaning,
            started(world, "rollback") as third,
        ):
            for waiting in (cleaning, third):
                assert first_words(waiting).startswith("waiting for process ")
            with started(world, "build", "--lock") as fourth:
                assert waits(fourth).startswith(f"waiting for process {cleaning.pid} (`")
                go(world)
                for ending in (first, second, third, fourth, cleaning):
                    ends_well(ending)
    world.done("verify")
