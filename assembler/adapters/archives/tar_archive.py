"""The strict tar reader: regular files, directories, and links that stay inside."""

import io
import tarfile
from collections.abc import Iterable, Iterator
from typing import IO, cast

from assembler.adapters.archives.members import (
    RefusedError,
    TreeEntry,
    check_amounts,
    check_count,
    check_links,
    check_paths,
)
from assembler.model.limits import Limits
from assembler.model.paths import UnsafePathError, safe_relpath

_CHUNK = 1 << 18
_DAMAGED = (tarfile.TarError, ValueError, EOFError, OverflowError, RecursionError)
"""What `tarfile` raises for headers that it can't read, or that are nested without end."""


class TarArchive:
    """A tar archive, already decompressed, whose members are all acceptable.

    Raises `RefusedError` or `UnsafePathError` on construction.
    """

    def __init__(self, file: IO[bytes], packed: int, limits: Limits) -> None:
        try:
            self._tar = _open(_Headers(file, limits))
            found = self._members(limits)
            _check_end(file, self._tar.offset)
        except (RefusedError, UnsafePathError):
            raise
        except _DAMAGED as error:
            raise RefusedError(f"it is damaged: {error}") from None
        self._named = dict(found)
        self.entries = tuple(_entry(path, member) for path, member in found)
        check_amounts(self.entries, packed, limits)
        check_paths(self.entries)
        check_links(self.entries)
        _check_hard_links(member for _, member in found)

    def content(self, entry: TreeEntry) -> Iterator[bytes]:
        """The content of a file, or of the one that a hard link names."""
        try:
            stream = self._tar.extractfile(self._named[entry.path])
            while chunk := stream.read(_CHUNK) if stream else b"":
                yield chunk
        except (*_DAMAGED, OSError) as error:
            raise RefusedError(f"`{entry.path}` is damaged: {error}") from None

    def _members(self, limits: Limits) -> list[tuple[str, tarfile.TarInfo]]:
        found: list[tuple[str, tarfile.TarInfo]] = []
        while member := self._tar.next():
            check_count(len(found) + 1, limits)
            _check_member(member)
            path = member.name.removeprefix("./").rstrip("/")
            if path not in {"", "."} or not member.isdir():
                found.append((safe_relpath(path), member))
        return found


class _Headers(io.RawIOBase):
    """A tar whose headers must fit into memory: nothing else is read in large pieces."""

    def __init__(self, file: IO[bytes], limits: Limits) -> None:
        self._file = file
        self._limits = limits

    def read(self, size: int = -1) -> bytes:
        """Read a header, or a piece of a file."""
        if size > self._limits.archive_metadata_size:
            raise RefusedError(f"it has a header of {size} bytes")
        return self._file.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Where we are."""
        return self._file.tell()


def _open(file: _Headers) -> tarfile.TarFile:
    return tarfile.open(fileobj=cast("IO[bytes]", file), mode="r:", errors="strict")


def _entry(path: str, member: tarfile.TarInfo) -> TreeEntry:
    return TreeEntry(
        path=path,
        size=member.size,
        directory=member.isdir(),
        executable=bool(member.mode & 0o100),
        target=member.linkname if member.issym() else None,
    )


def _check_member(member: tarfile.TarInfo) -> None:
    if not (member.isreg() or member.isdir() or member.issym() or member.islnk()):
        raise RefusedError(f"`{member.name}` is a device, pipe or socket")
    if member.name.endswith("/") and not member.isdir():
        raise RefusedError(f"`{member.name}` is a directory by its name and a file by its header")
    if member.issparse():
        raise RefusedError(f"`{member.name}` is a sparse file")
    if member.isreg() and member.mode & 0o6000:
        raise RefusedError(f"`{member.name}` is set-user-ID or set-group-ID")


def _check_hard_links(members: Iterable[tarfile.TarInfo]) -> None:
    earlier: set[str] = set()
    for member in members:
        if member.islnk() and member.linkname not in earlier:
            raise RefusedError(f"`{member.name}` is a hard link to something else than a file")
        if member.isreg():
            earlier.add(member.name)


def _check_end(file: IO[bytes], end: int) -> None:
    """Check that nothing but the end-of-archive blocks of zeros follows the last member."""
    file.seek(end)
    zeros = 0
    while chunk := file.read(1 << 16):
        if chunk.count(0) != len(chunk):
            raise RefusedError("it is damaged, or there are data behind its end")
        zeros += len(chunk)
    if zeros < tarfile.BLOCKSIZE:
        raise RefusedError("it is cut off")
