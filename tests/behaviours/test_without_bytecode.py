"""`compile-bytecode = false`: modules are compiled by the programs that import them."""

from pathlib import Path

import pytest

from tests.behaviours.programs import program, release_app
from tests.behaviours.world import World


@pytest.fixture
def site(world: World) -> World:
    """A locked program with a launcher."""
    release_app(world, "hello", "1.0", "hello")
    world.assembly(program("hello", ["hello"]))
    world.done("lock")
    return world


def bytecode(site: World) -> list[Path]:
    """The files with bytecode in the prefix."""
    return sorted(site.prefix.rglob("*.pyc"))


def launched(site: World) -> str:
    """What the program prints, which may write bytecode."""
    return site.launch("hello", env={"PATH": "/usr/bin:/bin"})


def test_a_build_without_bytecode(site: World) -> None:
    site.done("build", "--no-compile-bytecode")
    assert bytecode(site) == []
    assert site.done("build", "--no-compile").messages == "nothing to do\n"

    assert launched(site) == "hello 1.0"
    assert bytecode(site)
    site.done("verify")
    assert site.done("plan", "--check", "--no-compile-bytecode").code == 0

    site.done("build")
    compiled = bytecode(site)
    assert compiled
    assert launched(site) == "hello 1.0"
    assert bytecode(site) == compiled
    assert site.done("build").messages == "nothing to do\n"


def test_the_assembly_file_says_so(site: World) -> None:
    site.edit('name = "demo"\n', 'name = "demo"\ncompile-bytecode = false\n')
    site.done("lock", "--check")
    site.done("build")
    assert bytecode(site) == []
    site.done("build", "--set", "assembly.compile-bytecode=true")
    assert bytecode(site)


def test_it_is_no_number(site: World) -> None:
    site.edit('name = "demo"\n', 'name = "demo"\ncompile-bytecode = 0\n')
    ended = site.assemble("build")
    assert ended.code == 1
    error = "error: `assembly.compile-bytecode` must be a boolean, not a whole number\n"
    assert ended.messages.startswith(error)
