"""Files and directories of a tree that is being made, with modes that no umask changes."""

import os
from collections.abc import Iterable

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
DIRECTORY_MODE = 0o755
_START = 16
"""How many bytes tell what a file is."""


class NewTree:
    """A directory that is filled with files, 0444 or 0555, in directories that are 0755.

    Its own, which must not be there, is made at once. Raises `OSError`.
    """

    def __init__(self, root: str) -> None:
        self._root = root
        self._made: set[str] = set()
        _make_directory(root)

    def write(self, path: str, chunks: Iterable[bytes], *, executable: bool = False) -> bytes:
        """Write a new file at a relative path, making its parents; return how it begins."""
        self._make_parents(path)
        return write_new(f"{self._root}/{path}", chunks, 0o555 if executable else 0o444)

    def _make_parents(self, path: str) -> None:
        parent = path.rpartition("/")[0]
        if parent and parent not in self._made:
            self._make_parents(parent)
            _make_directory(f"{self._root}/{parent}")
            self._made.add(parent)


def write_new(path: str, chunks: Iterable[bytes], mode: int = 0o444) -> bytes:
    """Write a new file of this mode; return how it begins. Raises `OSError`."""
    descriptor = os.open(path, _NEW, 0o600)
    try:
        start = b""
        for chunk in chunks:
            _write_all(descriptor, chunk)
            start = start or chunk[:_START]
        os.fchmod(descriptor, mode)
    finally:
        os.close(descriptor)
    return start


def _make_directory(path: str) -> None:
    os.mkdir(path)  # noqa: PTH102 - thousands of them
    os.chmod(path, DIRECTORY_MODE)  # noqa: PTH101 - thousands of them


def _write_all(descriptor: int, content: bytes) -> None:
    written = os.write(descriptor, content)
    while written < len(content):
        written += os.write(descriptor, memoryview(content)[written:])
