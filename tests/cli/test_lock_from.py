"""`assemble lock --from`: pins of another tool come first, and rule nothing out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.behaviours.programs import program
from tests.behaviours.test_solving import locked
from tests.behaviours.world import World
from tests.servers import serve


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Three distributions with two versions each, of which a program needs all."""
    with serve({}) as index:
        world = World(tmp_path, index)
        for version in ("1.0", "2.0"):
            world.release("one", version, requires=["two >=2"] if version == "2.0" else ["two"])
            world.release("two", version)
            world.release("three", version)
        world.assembly(program("app", ["one", "three"]))
        yield world


def test_pins_of_a_requirements_file_are_taken(world: World) -> None:
    world.write("requirements.txt", "one==1.0\ntwo==1.0\nabsent==1\nthree==9\n")
    world.done("lock", "--from", "requirements.txt")
    assert locked(world) == {"one": "1.0", "two": "1.0", "three": "2.0"}
    assert "one 1.0 in `app`: as in `requirements.txt`" in world.done("why", "one").output

    world.done("lock")
    assert locked(world) == {"one": "1.0", "two": "1.0", "three": "2.0"}
    world.done("lock", "--upgrade")
    assert set(locked(world).values()) == {"2.0"}


def test_they_count_more_than_the_old_lock_and_less_than_requirements(world: World) -> None:
    world.done("lock")
    world.write("versions.cfg", "[versions]\none = 1.0\n")
    world.done("lock", "--from", "versions.cfg")
    assert locked(world) == {"one": "1.0", "two": "2.0", "three": "2.0"}

    world.edit('"one"', '"one>=2"')
    world.done("lock", "--from", "versions.cfg")
    assert locked(world) == {"one": "2.0", "two": "2.0", "three": "2.0"}


def test_what_can_not_be_taken(world: World) -> None:
    world.write("empty.txt", "one\n")
    for arguments, message in (
        (("empty.txt",), "`empty.txt` pins nothing"),
        (("empty.txt", "--upgrade"), "`--from` and `--upgrade` can't go together"),
        (("absent.txt",), f"there is no `{world.project / 'absent.txt'}`"),
    ):
        failed = world.assemble("lock", "--from", *arguments)
        assert (failed.code, failed.messages) == (2, f"error: {message}\n")
