"""A lock that was written here is not read out of its text again."""

from pathlib import PurePath, PurePosixPath

from msgspec.structs import replace

from assembler.app.read_locks import FOLDER, read_lock, remember_read
from assembler.errors import MachineError
from assembler.lock.entries import canonical
from assembler.lock.pylock import dumps
from tests.fakes.files import MemoryFiles
from tests.lock.samples import small_lock

CACHE = PurePosixPath("/cache")
TEXT = dumps(small_lock())
LOCK = canonical(small_lock())
OTHER = replace(LOCK, created_by="told apart")


class Full(MemoryFiles):
    """Files on a disk that is full."""

    def write(self, path: PurePath, content: bytes, mode: int = 0o644) -> None:
        message = f"no space is left for {len(content)} bytes of `{path}` ({mode:o})"
        raise MachineError(message)


def stored(files: MemoryFiles) -> PurePosixPath:
    (name,) = files.names(CACHE / FOLDER)
    return CACHE / FOLDER / name


def test_a_lock_that_is_not_remembered_is_read():
    files = MemoryFiles()

    assert read_lock(TEXT, "pylock.toml", CACHE, files) == LOCK
    assert files.state(CACHE / FOLDER) is None


def test_what_is_remembered_of_a_text_is_not_read_again():
    files = MemoryFiles()
    remember_read(TEXT, OTHER, CACHE, files)

    assert read_lock(TEXT, "pylock.toml", CACHE, files) == OTHER
    assert read_lock(f"{TEXT}# another text\n", "pylock.toml", CACHE, files) == LOCK


def test_what_is_damaged_is_read_again():
    files = MemoryFiles()
    remember_read(TEXT, OTHER, CACHE, files)
    path = stored(files)
    whole = files.read(path)
    for place in range(0, len(whole), 31):
        for bad in (whole[:place], whole[:place] + b"\xc1" + whole[place + 1 :]):
            files.replace(path, bad)
            assert read_lock(TEXT, "pylock.toml", CACHE, files) == LOCK


def test_a_cache_that_can_not_be_written_remembers_nothing():
    files = Full()
    remember_read(TEXT, OTHER, CACHE, files)

    assert read_lock(TEXT, "pylock.toml", CACHE, files) == LOCK
