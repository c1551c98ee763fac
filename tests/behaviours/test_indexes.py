"""Indexes for some targets only, flat indexes, and indexes that say no hashes."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest
import tomli

from tests.behaviours.programs import program, release_app
from tests.behaviours.world import World
from tests.servers import HTML, IndexServer, serve
from tests.wheels import make_wheel

TARGETS = '[lock]\ntargets = ["linux-x86_64", "macos-arm64", "windows-x86_64"]\n'


def index(name: str, url: str, *lines: str) -> str:
    """The table of an index."""
    return "\n".join((f"[index.{name}]", f'url = "{url}"', *lines, ""))


def locked(world: World, name: str) -> list[dict[str, Any]]:
    """The entries of a distribution in the lock."""
    packages = tomli.loads((world.project / "pylock.toml").read_text())["packages"]
    return [entry for entry in packages if entry["name"] == name]


def pages(server: IndexServer) -> list[str]:
    """The paths of pages that a server was asked for."""
    return [path for path, _ in server.requests if not path.startswith("/files/")]


def test_an_index_for_some_targets(world: World) -> None:
    world.release("torch", "2.0")
    with serve(dict([make_wheel("torch", "1.0")])) as cpu:
        linux = index("cpu", cpu.url, 'only = ["torch"]', "marker = \"sys_platform == 'linux'\"")
        world.assembly(program("app", ["torch"]), before=linux + TARGETS)
        world.done("lock")
        entries = {str(entry["version"]): entry for entry in locked(world, "torch")}
        assert {version: entry["index"] for version, entry in entries.items()} == {
            "1.0": cpu.url,
            "2.0": world.index.url,
        }
        assert "sys_platform == 'linux'" in str(entries["1.0"]["marker"])
        assert world.done("lock", "--json").document["changed"] is False
        world.done("lock", "--check")

        world.edit("sys_platform == 'linux'", "sys_platform == 'win32'")
        ended = world.assemble("build")
        assert ended.code == 6
        one, other = f"`{world.index.url}`", f"`{cpu.url}`"
        assert ended.messages.startswith(
            "error: `pylock.toml` is stale: the index of `torch` on `linux-x86_64` is now "
            f"{one}, was {other}\n"
            f"  the index of `torch` on `windows-x86_64` is now {other}, was {one}\n"
        )
        world.edit("sys_platform == 'win32'", "sys_platform in 'linux win32 darwin'")
        world.done("lock")
        (entry,) = locked(world, "torch")
        assert entry["index"] == cpu.url
        world.done("build")


def test_a_name_is_not_asked_of_an_index_that_is_not_for_the_target(world: World) -> None:
    world.release("torch", "2.0")
    with serve(dict([make_wheel("torch", "1.0")])) as other:
        away = index("mac", other.url, 'only = ["torch"]', "marker = \"sys_platform == 'darwin'\"")
        world.assembly(
            program("app", ["torch"]), before=away + '[lock]\ntargets = ["linux-x86_64"]\n'
        )
        world.done("lock")
        assert other.requests == []


@pytest.mark.parametrize("hashed", [True, False])
def test_a_flat_index(world: World, *, hashed: bool) -> None:
    release_app(world, "demo", "1.0", "demo", requires=["part"])
    world.release("part", "1.0")
    manners = world.index.manners
    manners.formats, manners.announced, manners.hashed = (HTML,), False, hashed
    with serve({}) as elsewhere:
        world.assembly(program("app", ["demo"]))
        world.edit(world.index.url, elsewhere.url)
        flat = index("links", world.index.links, 'only = ["demo", "part"]', 'format = "flat"')
        world.edit("[parts.app]", flat + "[parts.app]")
        world.build()
        assert elsewhere.requests == []
    assert world.launch("demo") == "demo 1.0"
    assert pages(world.index) == ["/links/"]
    (entry,) = locked(world, "demo")
    content = world.index.files["demo-1.0-py3-none-any.whl"]
    (wheel,) = entry["wheels"]
    assert (entry["index"], wheel["hashes"]) == (
        world.index.links,
        {"sha256": hashlib.sha256(content).hexdigest()},
    )
    before = (world.project / "pylock.toml").read_bytes()
    world.index.requests.clear()
    shutil.rmtree(world.cache / "solved")
    world.done("lock")
    assert (world.project / "pylock.toml").read_bytes() == before
    assert [path for path, _ in world.index.requests] == ["/links/"]
    assert world.done("lock", "--offline", "--json").document["changed"] is False


def test_a_folder_as_a_flat_index(world: World, tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    release_app(world, "demo", "1.0", "demo")
    for name, content in world.index.files.items():
        (wheels / name).write_bytes(content)
    world.index.files.clear()
    flat = index("links", wheels.as_uri(), 'only = ["demo"]', 'format = "flat"')
    world.assembly(program("app", ["demo"]), before=flat)
    world.build()
    assert world.launch("demo") == "demo 1.0"
    assert world.index.requests == []


def test_an_index_without_hashes(world: World) -> None:
    """Files are hashed when they are locked; another file at the same place is refused."""
    manners = world.index.manners
    manners.formats, manners.hashed = (HTML,), False
    release_app(world, "demo", "1.0", "demo")
    world.assembly(program("app", ["demo"]))
    world.done("lock")
    (wheel,) = locked(world, "demo")[0]["wheels"]
    name = "demo-1.0-py3-none-any.whl"
    content = world.index.files[name]
    assert wheel["hashes"] == {"sha256": hashlib.sha256(content).hexdigest()}
    assert wheel["size"] == len(content)

    world.index.files[name] = make_wheel("demo", "1.0", files={"demo.py": "evil = 1\n"})[1]
    world.cache.rename(world.folder / "other-cache")
    ended = world.assemble("build")
    assert ended.code == 4
    assert not world.prefix.exists()


def test_what_an_index_says_of_whole_distributions(world: World) -> None:
    for name in ("old", "lib"):
        world.release(name, "1.0")
    statuses = world.index.manners.statuses
    statuses["old"] = ("deprecated", "use lib")
    world.assembly(program("app", ["old", "lib"]) + program("tool", ["old"]))
    warning = f"warning: `old` is deprecated on {world.index.url}: use lib\n"
    assert world.done("lock").messages.count(warning) == 1
    statuses["lib"] = ("quarantined", "")
    world.release("lib", "1.1")
    ended = world.assemble("lock", "--upgrade")
    assert ended.code == 1
    said = f"`lib` is quarantined on {world.index.url}: none of its files are offered"
    assert said in ended.messages
    world.done("build")
