"""Core metadata inside wheels and sdists."""

import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from typing import IO

from assembler.adapters.simple_index.quick_zip import only_member
from assembler.adapters.simple_index.reduce import normalised
from assembler.errors import IntegrityError
from assembler.model.limits import Limits
from assembler.transport import TooLargeError

_DAMAGED = (
    zipfile.BadZipFile,
    struct.error,
    tarfile.TarError,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    OSError,
    zlib.error,
    lzma.LZMAError,
)


def wheel_metadata(stream: IO[bytes], filename: str, limit: int) -> bytes:
    """Read `METADATA` of a wheel; raises `IntegrityError` where there is not exactly one."""

    def own(path: str) -> bool:
        return _is_metadata(path) and _belongs(path, filename)

    try:
        if (content := only_member(stream, own, limit)) is not None:
            return content
        with zipfile.ZipFile(stream) as archive:
            found = [entry for entry in archive.infolist() if own(entry.filename)]
            if len(found) != 1:
                raise IntegrityError(f"`{filename}` has no `METADATA` of its own")
            if found[0].file_size > limit:
                raise TooLargeError(f"`METADATA` of `{filename}` is larger than {limit} bytes")
            return archive.read(found[0])
    except _DAMAGED:
        raise IntegrityError(f"`{filename}` is not a valid wheel") from None


class _Unpacked(gzip.GzipFile):
    """A gzipped tar whose headers fit into memory, and which does not go on without end."""

    def __init__(self, stream: IO[bytes], filename: str, limits: Limits) -> None:
        packed = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        super().__init__(fileobj=stream, mode="rb")
        self._filename = filename
        self._limits = limits
        self._most = max(limits.archive_ratio_from, limits.archive_ratio * packed)

    def read(self, size: int | None = -1) -> bytes:
        """Read a header, or a piece of a file."""
        if size is not None and size > self._limits.metadata_size:
            raise self._too_large(f"a header of {size} bytes", "metadata_size")
        return super().read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go on to a header."""
        if offset > self._most:
            raise self._too_large(f"more than {self._most} bytes, unpacked", "archive_ratio")
        return super().seek(offset, whence)

    def _too_large(self, what: str, limit: str) -> IntegrityError:
        hints = (self._limits.way_out(limit),)
        return IntegrityError(f"`{self._filename}` has {what}", hints=hints)


def sdist_metadata(stream: IO[bytes], filename: str, limits: Limits) -> bytes | None:
    """Read the `PKG-INFO` at the top of an sdist, or `None` if there is none."""
    try:
        if filename.endswith(".zip"):
            return _from_zip(stream, limits.metadata_size)
        return _from_tar(_Unpacked(stream, filename, limits), limits.metadata_size)
    except _DAMAGED:
        raise IntegrityError(f"`{filename}` is not a valid sdist") from None


def _from_zip(stream: IO[bytes], limit: int) -> bytes | None:
    with zipfile.ZipFile(stream) as archive:
        for entry in archive.infolist():
            if _is_top(entry.filename) and entry.file_size <= limit:
                return archive.read(entry)
    return None


def _from_tar(stream: _Unpacked, limit: int) -> bytes | None:
    with tarfile.open(fileobj=stream, mode="r:") as archive:
        for member in archive:
            if member.isfile() and _is_top(member.name) and member.size <= limit:
                content = archive.extractfile(member)
                return content.read() if content else None
    return None


def _is_metadata(path: str) -> bool:
    return path.endswith(".dist-info/METADATA") and path.count("/") == 1


def _belongs(path: str, filename: str) -> bool:
    name = path.partition(".dist-info/")[0].rpartition("-")[0]
    return normalised(name) == normalised(filename.partition("-")[0])


def _is_top(path: str) -> bool:
    parts = path.removeprefix("./").split("/")
    return len(parts) == 2 and parts[1] == "PKG-INFO"  # noqa: PLR2004 - folder and name
