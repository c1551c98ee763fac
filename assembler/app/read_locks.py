"""Locks that were read before: the cache remembers each that was written here, by its text's hash.

To read one out of its text takes tens of milliseconds, most of it for checks that it has passed.
"""

import hashlib
from contextlib import suppress
from pathlib import PurePath
from zlib import crc32

from assembler import __version__
from assembler.errors import MachineError
from assembler.lock.compact import packed, unpacked
from assembler.model.lock import Lock
from assembler.ports import Files

FOLDER = "locks-1"
"""The folder of the cache that remembers them."""

_CHECKED = 4
"""How many bytes of a file are the checksum of the others."""


def read_lock(text: str, name: str, cache: PurePath, files: Files) -> Lock:
    """The lock that a text says. Raises `LockError` or `IntegrityError` that names its file."""
    if known := _known(text, cache, files):
        return known
    from assembler.lock.reading import loads  # noqa: PLC0415 - loads readers of TOML and markers

    return loads(text, name)


def remember_read(text: str, lock: Lock, cache: PurePath, files: Files) -> None:
    """Remember the lock that a text says; where the cache can't be written, it is read again."""
    content = packed(lock)
    with suppress(MachineError):
        files.replace(_path(text, cache), _checksum(content) + content)


def _known(text: str, cache: PurePath, files: Files) -> Lock | None:
    path = _path(text, cache)
    if files.state(path) is None:
        return None
    try:
        stored = files.read(path)
        checksum, content = stored[:_CHECKED], stored[_CHECKED:]
        return unpacked(content) if checksum == _checksum(content) else None
    except (FileNotFoundError, MachineError, ValueError):
        return None


def _path(text: str, cache: PurePath) -> PurePath:
    name = hashlib.sha256(f"{__version__}\n{text}".encode()).hexdigest()
    return cache / FOLDER / name


def _checksum(content: bytes) -> bytes:
    return crc32(content).to_bytes(_CHECKED, "big")
