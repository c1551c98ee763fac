"""Core metadata inside wheels and sdists."""

import lzma
import struct
import tarfile
import zipfile
import zlib
from typing import IO

from assembler.adapters.simple_index.quick_zip import only_member
from assembler.adapters.simple_index.reduce import normalised
from assembler.errors import IntegrityError
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


def sdist_metadata(stream: IO[bytes], filename: str, limit: int) -> bytes | None:
    """Read the `PKG-INFO` at the top of an sdist, or `None` if there is none."""
    try:
        if filename.endswith(".zip"):
            return _from_zip(stream, limit)
        return _from_tar(stream, limit)
    except _DAMAGED:
        raise IntegrityError(f"`{filename}` is not a valid sdist") from None


def _from_zip(stream: IO[bytes], limit: int) -> bytes | None:
    with zipfile.ZipFile(stream) as archive:
        for entry in archive.infolist():
            if _is_top(entry.filename) and entry.file_size <= limit:
                return archive.read(entry)
    return None


def _from_tar(stream: IO[bytes], limit: int) -> bytes | None:
    with tarfile.open(fileobj=stream, mode="r:gz") as archive:
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
