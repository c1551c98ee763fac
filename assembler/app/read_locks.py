"""Locks that were read before: the cache remembers each that was written here, by its text.

To read one out of its text takes tens of milliseconds, most of it for checks that it has passed.
"""

from pathlib import PurePath

from assembler.app.kept_files import KeptFiles
from assembler.lock.compact import packed, unpacked
from assembler.model.lock import Lock
from assembler.ports import Files

FOLDER = "locks-1"
"""The folder of the cache that remembers them."""


def read_lock(text: str, name: str, cache: PurePath, files: Files) -> Lock:
    """The lock that a text says. Raises `LockError` or `IntegrityError` that names its file."""
    if known := _known(text, cache, files):
        return known
    from assembler.lock.reading import loads  # noqa: PLC0415 - loads readers of TOML and markers

    return loads(text, name)


def remember_read(text: str, lock: Lock, cache: PurePath, files: Files) -> None:
    """Remember the lock that a text says; where the cache can't be written, it is read again."""
    KeptFiles(FOLDER, cache, files).keep(text.encode(), packed(lock))


def _known(text: str, cache: PurePath, files: Files) -> Lock | None:
    found = KeptFiles(FOLDER, cache, files).find(text.encode())
    try:
        return None if found is None else unpacked(found)
    except ValueError:
        return None
