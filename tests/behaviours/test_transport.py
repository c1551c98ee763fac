"""Indexes that want a password, and files that are elsewhere."""

import base64

from tests.behaviours.programs import program, release_app
from tests.behaviours.world import World
from tests.servers import serve


def test_an_index_that_wants_credentials(world: World):
    release_app(world, "demo", "1.0", "demo")
    world.assembly(program("app", ["demo"]))
    secret = base64.b64encode(b"me:hunter-2").decode()
    world.index.manners.authorization = f"Basic {secret}"

    refused = world.assemble("lock")
    assert refused.code == 3
    assert "`ASSEMBLER_INDEX_NAME_USERNAME`" in refused.messages

    variables = {
        "ASSEMBLER_INDEX_LOCAL_USERNAME": "me",
        "ASSEMBLER_INDEX_LOCAL_PASSWORD": "hunter-2",
    }
    world.done("lock", environment=variables)
    world.done("build", environment=variables)
    assert world.launch("demo") == "demo 1.0"
    kept = [path for path in (*world.project.rglob("*"), *world.cache.rglob("*")) if path.is_file()]
    assert kept
    assert not [path for path in kept if b"hunter-2" in path.read_bytes()]
    assert not [path for path in kept if secret.encode() in path.read_bytes()]


def test_files_on_another_host_must_be_expected(world: World):
    release_app(world, "demo", "1.0", "demo")
    world.assembly(program("app", ["demo"]))
    world.done("lock")
    lock = world.project / "pylock.toml"
    with serve(world.index.files) as other:
        lock.write_text(
            lock.read_text().replace(f"{world.index.origin}/files", f"{other.origin}/files")
        )
        failed = world.assemble("build")
        assert failed.code == 4
        host = other.origin.removeprefix("http://")
        assert failed.messages.splitlines()[0] == (
            f"error: `demo-1.0-py3-none-any.whl` of the index `local` is on `{host}`, "
            "where its files should not be"
        )
        assert other.requests == []
        assert not world.prefix.exists()

        world.edit("default = true\n", f'default = true\nfiles = ["{host}"]\n')
        world.done("build")
        assert world.launch("demo") == "demo 1.0"
