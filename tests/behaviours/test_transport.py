"""Indexes that want a password, and files that are elsewhere."""

import base64
import os
from pathlib import Path

import pytest

from tests.behaviours.programs import program, release_app
from tests.behaviours.world import World
from tests.secure import HOST, Authority, proxy
from tests.servers import Answer, serve
from tests.wheels import make_wheel


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


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody trusts unless told."""
    return Authority(tmp_path_factory.mktemp("certificates") / "authority")


def secure_index(world: World, url: str) -> None:
    """An assembly that takes everything from an index over https."""
    world.assembly(program("app", ["demo"]))
    world.edit(world.index.url, url)


def demo() -> dict[str, bytes]:
    """A wheel with a script."""
    code = 'def main():\n    print("demo 1.0")\n'
    scripts = {"console_scripts": {"demo": "demo:main"}}
    return dict([make_wheel("demo", "1.0", files={"demo.py": code}, entry_points=scripts)])


def test_whom_the_system_trusts_is_trusted(world: World, authority: Authority):
    with serve(demo(), context=authority.context) as index:
        secure_index(world, index.url)
        refused = world.assemble("lock")
        assert refused.code == 3
        assert "`127.0.0.1`" in refused.messages
        assert index.requests == []

        trusting = {"SSL_CERT_FILE": str(authority.certificate)}
        world.done("lock", environment=trusting)
        world.done("build", environment=trusting)
        assert world.launch("demo") == "demo 1.0"
        assert index.requests


def test_an_index_behind_a_proxy(world: World, authority: Authority):
    with serve(demo(), context=authority.context) as index:
        target = index.origin.removeprefix("https://")
        with proxy(target) as between:
            secure_index(world, f"https://{HOST}/simple/")
            environment = {
                "SSL_CERT_FILE": str(authority.certificate),
                "HTTPS_PROXY": between.url.replace("//", "//me:hunter-2@"),
            }
            world.done("lock", environment=environment)
            world.done("build", environment=environment)
        assert world.launch("demo") == "demo 1.0"
        secret = base64.b64encode(b"me:hunter-2").decode()
        for head in between.asked:
            assert head.startswith(f"CONNECT {HOST}:443 HTTP/1.")
            assert f"Proxy-Authorization: Basic {secret}".lower() in head.lower()
        assert not [headers for _, headers in index.requests if "proxy-authorization" in headers]


def test_credentials_stay_where_they_belong(world: World, tmp_path: Path):
    """Neither redirects nor pages carry the credentials of an index to another origin."""
    secret = f"Basic {base64.b64encode(b'me:hunter-2').decode()}"
    world.index.manners.authorization = secret
    with serve(demo()) as other:
        world.index.script("/simple/demo/", Answer(302, headers={"Location": f"{other.url}demo/"}))
        world.assembly(program("app", ["demo"]))
        host = other.origin.removeprefix("http://")
        world.edit("default = true\n", f'default = true\nfiles = ["{host}"]\n')
        for way in ("variables", "keyring"):
            variables = {
                "ASSEMBLER_INDEX_LOCAL_USERNAME": "me",
                "ASSEMBLER_INDEX_LOCAL_PASSWORD": "hunter-2",
            }
            if way == "keyring":
                variables = {"PATH": keyring_path(world, tmp_path / "bin", "hunter-2")}
                world.cache.rename(world.folder / "other-cache")
                world.index.script(
                    "/simple/demo/",
                    Answer(401),
                    Answer(302, headers={"Location": f"{other.url}demo/"}),
                )
            world.done("lock", "--upgrade", environment=variables)
            world.done("build", environment=variables)
            assert world.index.requests[-1][1]["authorization"] == secret
        assert other.requests
        assert not [path for path, headers in other.requests if "authorization" in headers]
    assert world.launch("demo") == "demo 1.0"


def keyring_path(world: World, folder: Path, password: str) -> str:
    """A PATH with a `keyring` command that has a password for every service."""
    folder.mkdir()
    command = folder / "keyring"
    command.write_text(f'#!/bin/sh\necho \'{{"username": "me", "password": "{password}"}}\'\n')
    command.chmod(0o755)
    return os.pathsep.join((str(folder), world.environment["PATH"]))
