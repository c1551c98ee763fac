"""A wheel must require what its lock was made with."""

import hashlib
import re

import pytest

from tests.behaviours.programs import program, release_app
from tests.behaviours.world import World


@pytest.fixture
def locked(world: World) -> World:
    release_app(world, "web", "1.0", "web", requires=["basket"])
    world.release("basket", "1.0")
    world.assembly(program("app", ["web"]))
    world.done("lock")
    return world


def test_a_lock_that_leaves_out_what_a_wheel_requires(locked: World) -> None:
    world = locked
    world.done("build")
    lock = (world.project / "pylock.toml").read_text()
    (entry,) = re.findall(r"^dependencies = \[\n.*?\n\]\n", lock, re.MULTILINE | re.DOTALL)
    world.edit(entry, "", "pylock.toml")
    ended = world.assemble("build")
    assert ended.code == 4
    assert ended.messages.endswith(
        "error: `web-1.0-py3-none-any.whl` requires other distributions than the lock says\n"
        "  it requires `basket`, the lock does not say so\n"
        "hint: run `assemble lock`, and see what changes\n"
    )
    assert world.assemble("build").messages == ended.messages
    assert world.launch("web") == "web 1.0"


def test_what_was_compared_before_is_not_read_again(locked: World) -> None:
    world = locked
    world.done("build")
    (kept,) = (world.cache / "promises-1").iterdir()
    world.done("build", "--prefix", "other")
    assert list((world.cache / "promises-1").iterdir()) == [kept]


def test_an_index_whose_metadata_is_not_that_of_the_wheel(world: World) -> None:
    release_app(world, "web", "1.0", "web")
    filename = "web-1.0-py3-none-any.whl"
    honest = world.index.files[filename]
    release_app(world, "web", "1.0", "web", requires=["basket"])
    world.release("basket", "1.0")
    world.assembly(program("app", ["web"]))
    world.index.manners.sizes = False
    world.index.manners.hashes[filename] = hashlib.sha256(honest).hexdigest()
    world.done("lock")
    world.index.files[filename] = honest
    ended = world.assemble("build")
    assert ended.code == 4
    assert "the lock says `basket`, it does not require that" in ended.messages
    assert not world.prefix.exists()
