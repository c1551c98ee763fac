"""Downloads of parts: by their hashes, and other files for other targets."""

import bz2
import gzip
import hashlib
import io
import lzma
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import tomli

from tests.behaviours.world import World
from tests.servers import Answer

TARGETS = '[lock]\ntargets = ["linux-x86_64", "macos-arm64"]\n'


def serve(world: World, name: str, content: bytes) -> str:
    """Put a file on the world's server; its URL."""
    world.index.files[name] = content
    return world.index.file_url(name)


def download(url: str, more: str = "", name: str = "data") -> str:
    """A part that shows a download in `share`."""
    return f'[parts.{name}]\nrecipe = "download"\nurl = "{url}"\nto = "share/{name}"\n{more}\n'


def sha256(content: bytes) -> str:
    """The hash of a content."""
    return hashlib.sha256(content).hexdigest()


def cached(world: World) -> set[str]:
    """The hashes of the downloads in the cache."""
    return {path.name for path in (world.cache / "files").glob("??/*")}


def locked(world: World) -> dict[str, str]:
    """The hashes of downloads in the lock, by file name."""
    lock = tomli.loads((world.project / "pylock.toml").read_text())
    return {
        artifact["url"].rpartition("/")[2]: artifact["sha256"]
        for artifact in lock["tool"]["assembler"]["artifacts"]
    }


def test_64_fetch_with_checksum(world: World, tmp_path: Path) -> None:
    """The right hash is cached; a wrong one is an error, and what was cached stays."""
    url = serve(world, "data.bin", b"right")
    world.assembly(download(url, f'sha256 = "{sha256(b"right")}"'))
    world.build()
    assert (world.prefix / "share/data").read_bytes() == b"right"
    assert sha256(b"right") in cached(world)

    before = cached(world)
    world.edit(sha256(b"right"), sha256(b"wrong"))
    ended = world.assemble("lock")
    assert ended.code == 4
    assert "`data.bin` has another hash than expected" in ended.messages
    assert f"got      sha256 {sha256(b'right')}" in ended.messages
    assert cached(world) == before

    world.edit(sha256(b"wrong"), sha256(b"right"))
    world.index.files["data.bin"] = b"wrong"
    world.done("build", "--offline", "--prefix", "other")
    shutil.rmtree(world.cache)
    ended = world.assemble("build", "--prefix", "third")
    assert ended.code == 4
    assert "`data.bin` has another hash than expected" in ended.messages
    assert not cached(world)
    assert (world.prefix / "share/data").read_bytes() == b"right"

    local = tmp_path / "local.bin"
    local.write_bytes(b"local")
    world.assembly(download(local.as_uri()))
    world.done("lock", "--offline")
    world.done("build", "--offline")
    assert (world.prefix / "share/data").read_bytes() == b"local"


def test_64_queries_do_not_collide(world: World) -> None:
    parts = ""
    for name in ("one", "two"):
        world.index.always[f"/files/data?v={name}"] = Answer(200, name.encode())
        parts += download(world.index.file_url(f"data?v={name}"), name=name)
    world.assembly(parts)
    world.build()
    shown = [(world.prefix / "share" / name).read_text() for name in ("one", "two")]
    assert shown == ["one", "two"]


def test_a_hash_that_was_not_given_moves_with_upgrade_only(world: World) -> None:
    url = serve(world, "data.bin", b"old")
    world.assembly(download(url) + download(serve(world, "other", b"other"), name="other"))
    world.build()
    world.index.files |= {"data.bin": b"new", "other": b"newer"}
    world.done("lock")
    assert locked(world) == {"data.bin": sha256(b"old"), "other": sha256(b"other")}
    ended = world.done("lock", "--upgrade", "data")
    hashes = " → ".join(sha256(content)[:12] for content in (b"old", b"new"))
    assert ended.messages.startswith(f"data:\n  ~ {url} {hashes}\n")
    assert locked(world) == {"data.bin": sha256(b"new"), "other": sha256(b"other")}
    world.done("build")
    assert (world.prefix / "share/data").read_bytes() == b"new"


PACKED: Mapping[str, Callable[[bytes], bytes]] = {
    "tar": bytes,
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}


def tar() -> bytes:
    """An archive with an executable in a folder."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        member = tarfile.TarInfo("tool-1.0/bin/tool")
        member.mode, member.size = 0o755, 16
        archive.addfile(member, io.BytesIO(b"#!/bin/sh\nexit 0"))
    return made.getvalue()


def zipped() -> bytes:
    """The same as a zip archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        member = zipfile.ZipInfo("tool-1.0/bin/tool")
        member.external_attr = 0o100755 << 16
        archive.writestr(member, "#!/bin/sh\nexit 0")
    return made.getvalue()


@pytest.mark.parametrize("kind", [*PACKED, "zip"])
def test_archives_are_told_by_their_content(world: World, kind: str) -> None:
    content = zipped() if kind == "zip" else PACKED[kind](tar())
    world.assembly(download(serve(world, "tool", content), "unpack = true\nstrip = 1"))
    world.build()
    subprocess.run([world.prefix / "share/data/bin/tool"], check=True, timeout=60)


def test_a_file_may_be_executable(world: World) -> None:
    world.assembly(download(serve(world, "tool", b"#!/bin/sh\nexit 0"), "executable = true"))
    world.build()
    subprocess.run([world.prefix / "share/data"], check=True, timeout=60)


def variants(world: World) -> None:
    """An assembly whose download is another file on each target."""
    linux, mac = (serve(world, name, name.encode()) for name in ("linux.bin", "mac.bin"))
    world.assembly(
        f"""[parts.data]
recipe = "download"
to = "share/data"
targets.linux-x86_64 = {{ url = "{linux}" }}
targets.macos-aarch64 = {{ url = "{mac}", sha256 = "{sha256(b"mac.bin")}" }}
""",
        before=TARGETS,
    )


def test_every_target_has_its_own_file(world: World) -> None:
    """The lock holds all of them; a build fetches its own."""
    variants(world)
    world.done("lock")
    assert locked(world) == {name: sha256(name.encode()) for name in ("linux.bin", "mac.bin")}
    world.done("lock", "--check")
    shutil.rmtree(world.cache)
    del world.index.files["mac.bin"]
    world.done("build")
    assert (world.prefix / "share/data").read_bytes() == b"linux.bin"
    assert cached(world) == {sha256(b"linux.bin")}
    shutil.rmtree(world.prefix)
    world.done("build", "--offline")


def test_targets_are_those_of_the_lock(world: World) -> None:
    variants(world)
    world.edit("targets.macos-aarch64", "targets.windows-x86_64")
    ended = world.assemble("lock")
    assert ended.code == 1
    assert "`windows-x86_64` is none of the lock's targets" in ended.messages
    assert "assembly.toml:" in ended.messages
    world.edit("targets.windows-x86_64", "targets.macos-arm46")
    ended = world.assemble("lock")
    assert "there is no platform `macos-arm46`" in ended.messages
    assert "did you mean `macos-arm64`?" in ended.messages


def test_a_target_without_a_file(world: World) -> None:
    url = serve(world, "mac.bin", b"mac")
    part = '[parts.data]\nrecipe = "download"\n'
    world.assembly(f'{part}targets.macos-arm64 = {{ url = "{url}" }}\n', before=TARGETS)
    world.done("lock")
    ended = world.assemble("build")
    assert ended.code == 1
    assert "part `data` has nothing to download for `linux-x86_64`" in ended.messages
    assert "hint: name it in `targets`, or give a `url` for all others" in ended.messages


def test_a_block_for_some_targets_may_name_another_file(world: World) -> None:
    """What `[[when]]` changes is locked for every target, too."""
    linux, mac = (serve(world, name, name.encode()) for name in ("linux.bin", "mac.bin"))
    world.assembly(
        f"""{download(linux)}
[[when]]
marker = "sys_platform == 'darwin'"
parts.data.url = "{mac}"
""",
        before=TARGETS,
    )
    world.done("lock")
    assert set(locked(world)) == {"linux.bin", "mac.bin"}
    world.done("lock", "--check")
    world.done("build")
    assert (world.prefix / "share/data").read_bytes() == b"linux.bin"
