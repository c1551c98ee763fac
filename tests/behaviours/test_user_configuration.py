"""The user configuration: what differs from machine to machine, and never what is built."""

from pathlib import Path

import pytest

from tests.behaviours.programs import program, release_app
from tests.behaviours.world import World
from tests.servers import serve


@pytest.fixture
def configured(world: World) -> World:
    """A program, and a folder for the user configuration in the home folder."""
    release_app(world, "app", "1.0", "app")
    world.assembly(program("web", ["app"]))
    user_file(world).parent.mkdir(parents=True)
    return world


def user_file(world: World) -> Path:
    """Where the user configuration is."""
    return world.folder / "home/.config/assembler/config.toml"


def lock(world: World, cache: str, **environment: str) -> bytes:
    """The lock, made anew with an empty cache."""
    file = world.project / "pylock.toml"
    file.unlink(missing_ok=True)
    world.done("lock", environment={"ASSEMBLER_CACHE": str(world.folder / cache), **environment})
    return file.read_bytes()


def test_08_it_never_changes_what_is_locked(configured: World) -> None:
    plain = lock(configured, "cache-1")
    asked = len(configured.index.requests)
    with serve(configured.index.files) as mirror:
        user_file(configured).write_text(
            f'jobs = 2\ntimeout = 5\n[mirrors]\n"{configured.index.origin}/" = "{mirror.origin}/"\n'
        )
        assert lock(configured, "cache-2") == plain
        configured.done("build", environment={"ASSEMBLER_CACHE": str(configured.folder / "c3")})
        assert mirror.requests
    assert len(configured.index.requests) == asked
    assert configured.launch("app") == "app 1.0"


def test_08_where_it_is(configured: World) -> None:
    user_file(configured).write_text("cache = 'own'\n")
    nowhere = {"ASSEMBLER_CACHE": ""}
    configured.done("lock", environment=nowhere)
    assert (user_file(configured).parent / "own").is_dir()
    other = configured.write("other.toml", 'cache = "~/cache"\n')
    configured.done("build", environment={**nowhere, "ASSEMBLER_CONFIG": str(other)})
    assert (configured.folder / "home/cache").is_dir()
    user_file(configured).write_text("wrong")
    configured.done("lock", environment={"ASSEMBLER_CONFIG": ""})
    ended = configured.assemble("lock", environment={"ASSEMBLER_CONFIG": "/nowhere.toml"})
    assert ended.code == 2
    assert ended.messages == "error: there is no `/nowhere.toml`, which ASSEMBLER_CONFIG names\n"


def test_08_what_it_may_not_say(configured: World) -> None:
    user_file(configured).write_text('[lock.constraints]\napp = "<1"\n[parts.x]\n[cach]\n')
    ended = configured.assemble("lock")
    assert ended.code == 1
    for key in ("lock", "parts"):
        assert f"error: `{key}` can't stand in the user configuration" in ended.messages
    assert "error: unknown key `cach` of the user configuration" in ended.messages
    assert "hint: did you mean `cache`?" in ended.messages


def test_credentials_of_indexes(configured: World) -> None:
    configured.index.manners.authorization = "Basic bWU6c2VjcmV0"
    assert configured.assemble("lock").code == 3
    user_file(configured).write_text('[credentials.local]\nusername = "me"\npassword = "secret"\n')
    configured.done("lock")


def test_its_limits_count(configured: World) -> None:
    user_file(configured).write_text("[limits]\narchive-members = 2\n")
    configured.done("lock")
    ended = configured.assemble("build")
    assert ended.code == 4
    assert "it has more than 2 members" in ended.messages
    for limit, command, code in (
        ("configuration-size = 9", "lock", 1),
        ("lock-size = 9", "build", 6),
        ("nesting = 1", "status", 1),
        ("path-length = 4", "plan", 4),
    ):
        user_file(configured).write_text(f"[limits]\n{limit}\n")
        ended = configured.assemble(command)
        assert ended.code == code, ended.messages
        hint = f"hint: the limit is `limits.{limit}`, and the user configuration can raise it\n"
        assert hint in ended.messages
    user_file(configured).write_text("[limits]\ntries = 0\n")
    assert "`limits.tries`: expected `int` >= 1" in configured.assemble("build").messages
