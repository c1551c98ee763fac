"""Zip and tar archives, told apart by their first bytes and written out strictly."""

import bz2
import gzip
import lzma
import os
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, TypeAlias

import msgspec

from assembler.adapters.archives.case import FoldsCase, check_case
from assembler.adapters.archives.members import (
    Archive,
    RefusedError,
    TreeEntry,
    check_links,
    check_paths,
    refusal,
)
from assembler.adapters.archives.tar_archive import TarArchive
from assembler.adapters.archives.zip_archive import ZipArchive
from assembler.model.limits import Limits
from assembler.model.paths import UnsafePathError

_CHUNK = 1 << 18
_Stream: TypeAlias = IO[bytes] | gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile
_GZIP, _BZIP2, _XZ, _ZIP = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"PK"


def unpack(archive: Path, root: Path, strip: int, limits: Limits, folds_case: FoldsCase) -> None:
    """Unpack an archive into a directory. Raises `IntegrityError` naming the archive."""
    with archive.open("rb") as file, tempfile.TemporaryFile(dir=root) as plain:
        try:
            opened = _opened(file, plain, limits)
            entries = _stripped(opened, strip)
            check_paths(entries.values())
            check_case((entry.path for entry in entries.values()), root, folds_case)
            check_links(tuple(entries.values()))
            for original, entry in entries.items():
                _write(opened, original, root, entry)
        except (RefusedError, UnsafePathError) as error:
            raise refusal(archive, error) from None


def _opened(file: BinaryIO, plain: IO[bytes], limits: Limits) -> Archive:
    start = file.read(8)
    file.seek(0)
    if start.startswith(_ZIP):
        return ZipArchive(file, limits)
    packed = os.fstat(file.fileno()).st_size
    _decompress(file, start, plain, packed, limits)
    plain.seek(0)
    return TarArchive(plain, packed, limits)


def _decompress(
    file: BinaryIO, start: bytes, plain: IO[bytes], packed: int, limits: Limits
) -> None:
    in_ratio = max(limits.archive_ratio_from, limits.archive_ratio * packed)
    most = min(limits.archive_size, in_ratio)
    limit = "archive_size" if most < in_ratio else "archive_ratio"
    written = 0
    for chunk in _chunks(_stream(file, start)):
        written += plain.write(chunk)
        if written > most:
            raise RefusedError(f"it unpacks to more than {most} bytes", limits.way_out(limit))


def _stream(file: BinaryIO, start: bytes) -> _Stream:
    if start.startswith(_GZIP):
        return gzip.GzipFile(fileobj=file)
    if start.startswith(_BZIP2):
        return bz2.BZ2File(file)
    if start.startswith(_XZ):
        return lzma.LZMAFile(file)
    return file


def _chunks(stream: _Stream) -> Iterator[bytes]:
    try:
        while chunk := stream.read(_CHUNK):
            yield chunk
    except (EOFError, zlib.error, lzma.LZMAError) as error:
        raise RefusedError(f"it is damaged: {error}") from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise RefusedError(f"it is damaged: {error}") from None


def _stripped(archive: Archive, strip: int) -> dict[TreeEntry, TreeEntry]:
    """Each entry that is left, as it is in the archive, and as it will stand."""
    return {
        entry: msgspec.structs.replace(entry, path=entry.path.split("/", strip)[strip])
        for entry in archive.entries
        if entry.path.count("/") >= strip
    }


def _write(archive: Archive, original: TreeEntry, root: Path, entry: TreeEntry) -> None:
    path = root / entry.path
    if entry.directory:
        _make_directory(path, root)
        return
    _make_directory(path.parent, root)
    if entry.target is not None:
        path.symlink_to(entry.target)
        return
    with path.open("xb") as file:
        for chunk in archive.content(original):
            file.write(chunk)
        os.fchmod(file.fileno(), 0o755 if entry.executable else 0o644)


def _make_directory(path: Path, root: Path) -> None:
    if path == root or path.is_dir():
        return
    _make_directory(path.parent, root)
    path.mkdir()
    path.chmod(0o755)
