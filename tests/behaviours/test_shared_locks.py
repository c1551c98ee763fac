"""Several assemblies that build from one lock."""

import pytest

from tests.behaviours.programs import program, release_app
from tests.behaviours.world import World

STAGING = """[assembly]
name = "staging"
extends = ["assembly.toml"]
[lock]
file = "pylock.toml"
[parts.web]
env = { STAGE = "staging" }
"""


@pytest.fixture
def shared(world: World) -> World:
    """An assembly with a lock, and another one that extends it and shares its lock."""
    release_app(world, "app", "1.0", "app")
    release_app(world, "app", "2.0", "app")
    world.assembly(program("web", ["app"]) + program("job", ["app<2"], "scripts = []"))
    world.write("staging.toml", STAGING)
    world.done("lock")
    return world


def test_builds_from_the_lock_of_its_base(shared: World) -> None:
    shared.done("build", "-f", "staging.toml")
    prefix = shared.project / "build-staging"
    assert shared.launch("app", prefix=prefix) == "app 2.0"
    assert shared.done("build", "-f", "staging.toml").messages == "nothing to do\n"
    shared.done("lock", "--check", "-f", "staging.toml")
    assert "app 2.0" in shared.done("tree", "web", "-f", "staging.toml").output
    assert not (shared.project / "pylock.staging.toml").exists()


def test_only_the_file_that_a_lock_belongs_to_writes_it(shared: World) -> None:
    for command in (["lock"], ["build", "--lock"]):
        ended = shared.assemble(*command, "-f", "staging.toml")
        assert ended.code == 1
        assert ended.messages == (
            "error: `staging.toml` builds from `pylock.toml`, the lock of `assembly.toml`\n"
            "hint: run `assemble lock -f assembly.toml`\n"
        )


def test_its_programs_must_have_equal_inputs_there(shared: World) -> None:
    shared.edit("[parts.web]\n", "[parts.web]\nrequires = ['app<2']\n", "staging.toml")
    ended = shared.assemble("build", "-f", "staging.toml")
    assert ended.code == 6
    assert "error: `pylock.toml` is stale: `web` now requires `app<2`" in ended.messages
    assert (
        "hint: run `assemble lock -f assembly.toml` if that is to change, too\n" in ended.messages
    )
    assert "hint: or give `staging.toml` a lock of its own: " in ended.messages
    disabled = "[parts.job]\nenabled = false\n[parts.web]\n"
    shared.edit("[parts.web]\nrequires = ['app<2']\n", disabled, "staging.toml")
    shared.done("build", "-f", "staging.toml")


def test_a_lock_that_is_not_there(shared: World) -> None:
    (shared.project / "pylock.toml").unlink()
    ended = shared.assemble("build", "-f", "staging.toml")
    assert ended.code == 6
    assert ended.messages == (
        "error: there is no lock, `pylock.toml`\nhint: `assemble lock -f assembly.toml` makes it\n"
    )


def test_a_lock_somewhere_else(shared: World) -> None:
    shared.edit('"pylock.toml"', '"../pylock.toml"', "staging.toml")
    ended = shared.assemble("build", "-f", "staging.toml")
    assert ended.code == 1
    assert "error: `../pylock.toml` is no name of a lock beside the assembly file\n" in (
        ended.messages
    )
