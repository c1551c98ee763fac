"""What the cache remembers is what was kept, or nothing."""

from collections.abc import Callable
from pathlib import PurePath, PurePosixPath

import pytest

from assembler.app.kept_files import KeptFiles
from assembler.errors import MachineError
from tests.fakes.files import MemoryFiles

CACHE = PurePosixPath("/cache")
LARGE = 1 << 24


class Full(MemoryFiles):
    """Files on a disk that is full."""

    def write(self, path: PurePath, content: bytes, mode: int = 0o644) -> None:
        message = f"no space is left for {len(content)} bytes of `{path}` ({mode:o})"
        raise MachineError(message)


class Taken(MemoryFiles):
    """Files that another command writes just before."""

    def write(self, path: PurePath, content: bytes, mode: int = 0o644) -> None:
        super().write(path, content, mode)
        super().write(path, content, mode)


def only(files: MemoryFiles) -> PurePath:
    (name,) = files.names(CACHE / "some")
    return CACHE / "some" / name


def test_what_was_kept_is_found():
    files = MemoryFiles()
    kept = KeptFiles("some", CACHE, files)
    assert kept.find(b"asked") is None
    kept.keep(b"asked", b"content")
    kept.keep(b"other", b"")
    assert KeptFiles("some", CACHE, files).find(b"asked") == b"content"
    assert kept.find(b"other") == b""
    assert KeptFiles("more", CACHE, files).find(b"asked") is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda content: content[:-1],
        lambda content: bytes(len(content)),
        lambda content: content[:5] + bytes([content[5] ^ 1]) + content[6:],
        lambda content: content + bytes(LARGE),
    ],
)
def test_what_is_damaged_is_not_found_and_is_kept_again(damage: Callable[[bytes], bytes]):
    files = MemoryFiles()
    kept = KeptFiles("some", CACHE, files)
    kept.keep(b"asked", b"content")
    path = only(files)
    files.replace(path, damage(files.read(path)))
    assert kept.find(b"asked") is None
    kept.keep(b"asked", b"content")
    assert only(files) == path
    assert kept.find(b"asked") == b"content"


def test_a_cache_that_can_not_be_written_keeps_nothing():
    kept = KeptFiles("some", CACHE, Full())
    kept.keep(b"asked", b"content")
    assert kept.find(b"asked") is None


def test_two_commands_may_keep_the_same():
    kept = KeptFiles("some", CACHE, Taken())
    kept.keep(b"asked", b"content")
    assert kept.find(b"asked") == b"content"
