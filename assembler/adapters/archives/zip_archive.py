"""The strict zip reader: the whole list of members is accepted, or the archive is refused."""

import io
import struct
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO

from assembler.adapters.archives.members import (
    RefusedError,
    TreeEntry,
    check_amounts,
    check_count,
    check_paths,
)
from assembler.adapters.archives.zip_end import find_directory
from assembler.adapters.archives.zip_members import (
    HAS_DESCRIPTOR,
    STORED,
    ZipMember,
    parse_directory,
    parse_extra,
)
from assembler.model.limits import Limits

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_BOTH_SIZES = struct.Struct("<QQ")
_LOCAL_SIGNATURE = b"PK\x03\x04"
_DESCRIPTOR_SIGNATURE = b"PK\x07\x08"
_WIDE = 0xFFFFFFFF
_CHUNK = 1 << 18
_SMALL = 1 << 20
"""How many bytes are unpacked in one go."""


class ZipArchive:
    """A zip archive whose central directory, local headers and layout agree completely.

    Raises `RefusedError` or `UnsafePathError` on construction, and `RefusedError` while a
    member is read whose bytes are not those that were announced.
    """

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._file = file
        size = file.seek(0, io.SEEK_END)
        found = find_directory(file, size)
        check_count(found.count, limits)
        file.seek(found.offset)
        self.members = parse_directory(file.read(found.size), found.count)
        self.entries = tuple(_entry(member) for member in self.members)
        check_amounts(self.entries, size, limits)
        check_paths(self.entries)
        self._named = {member.path: member for member in self.members}
        self._data_offsets = self._check_layout(found.offset)

    def content(self, entry: TreeEntry) -> Iterator[bytes]:
        """The content of a file, checked against its size and CRC by the time it ends."""
        member = self._named[entry.path]
        at_once = self._at_once(member)
        if at_once is not None:
            yield at_once
            return
        crc = written = 0
        for chunk in self._unpacked(member):
            crc = zlib.crc32(chunk, crc)
            written += len(chunk)
            if written > member.size:
                break
            yield chunk
        if written != member.size or crc != member.crc:
            raise RefusedError(f"`{member.path}` is damaged: its size or checksum differs")

    def _at_once(self, member: ZipMember) -> bytes | None:
        """The content of a small file, as most are; `None` where it is large, or odd."""
        if max(member.size, member.packed) > _SMALL:
            return None
        self._file.seek(self._data_offsets[member.path])
        content = self._file.read(member.packed)
        if member.method != STORED:
            inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                content = inflate.decompress(content, member.size + 1)
            except zlib.error:
                return None
            if not inflate.eof or inflate.unused_data:
                return None
        whole = len(content) == member.size and zlib.crc32(content) == member.crc
        return content if whole else None

    def _unpacked(self, member: ZipMember) -> Iterator[bytes]:
        if member.method == STORED:
            yield from self._packed(member)
            return
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for packed in self._packed(member):
                yield inflate.decompress(packed, _CHUNK)
                while inflate.unconsumed_tail:
                    yield inflate.decompress(inflate.unconsumed_tail, _CHUNK)
            yield inflate.flush()
        except zlib.error as error:
            raise RefusedError(f"`{member.path}` is damaged: {error}") from None
        if not inflate.eof or inflate.unused_data:
            raise RefusedError(f"`{member.path}` is damaged: its packed data end elsewhere")

    def _packed(self, member: ZipMember) -> Iterator[bytes]:
        at = self._data_offsets[member.path]
        left = member.packed
        while left:
            self._file.seek(at)
            chunk = self._file.read(min(left, _CHUNK))
            if not chunk:
                raise RefusedError("it is cut off")
            at += len(chunk)
            left -= len(chunk)
            yield chunk

    def _check_layout(self, end: int) -> dict[str, int]:
        """Check that local headers follow one another without gaps; where each one's data are."""
        ordered = sorted(self.members, key=lambda member: member.offset)
        starts = [member.offset for member in ordered]
        if starts[:1] not in ([], [0]) or (not starts and end):
            raise RefusedError("there are data before it")
        offsets = {}
        for member, (_, following) in zip(ordered, pairwise([*starts, end]), strict=True):
            offsets[member.path] = self._check_local(member, following)
        return offsets

    def _check_local(self, member: ZipMember, following: int) -> int:
        self._file.seek(member.offset)
        header = self._file.read(_LOCAL.size)
        if len(header) != _LOCAL.size or header[:4] != _LOCAL_SIGNATURE:
            raise RefusedError(f"`{member.path}` has no local header")
        _, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack(
            header
        )
        name = self._file.read(name_length)
        wide, _ = parse_extra(self._file.read(extra_length), member.path)
        if (name, flags, method) != (member.raw_name, member.flags, member.method):
            raise _different(member)
        given = (crc, *_local_sizes(member, size, packed, wide))
        exact = (member.crc, member.size, member.packed)
        if given != exact and not (flags & HAS_DESCRIPTOR and given in _LATER):
            raise _different(member)
        data: int = member.offset + _LOCAL.size + name_length + extra_length
        self._check_end(member, data + member.packed, following)
        return data

    def _check_end(self, member: ZipMember, end: int, following: int) -> None:
        if not member.flags & HAS_DESCRIPTOR:
            if end != following:
                raise RefusedError(f"there are hidden data behind `{member.path}`")
            return
        self._file.seek(end)
        descriptor = self._file.read(max(0, min(following - end, 25)))
        if descriptor not in _descriptors(member):
            raise RefusedError(f"there are hidden data behind `{member.path}`")


_LATER = {(0, 0, 0), (0, _WIDE, _WIDE)}


def _entry(member: ZipMember) -> TreeEntry:
    return TreeEntry(
        path=member.path,
        size=member.size,
        directory=member.directory,
        executable=member.executable,
    )


def _descriptors(member: ZipMember) -> set[bytes]:
    """The forms of a data descriptor (APPNOTE.TXT 4.3.9): narrow or wide, signed or not."""
    forms = {struct.pack("<IQQ", member.crc, member.packed, member.size)}
    if max(member.packed, member.size) <= _WIDE:
        forms.add(struct.pack("<III", member.crc, member.packed, member.size))
    return forms | {_DESCRIPTOR_SIGNATURE + form for form in forms}


def _local_sizes(member: ZipMember, size: int, packed: int, wide: bytes | None) -> tuple[int, int]:
    """The sizes in a local header; its zip64 field must hold both (APPNOTE.TXT 4.5.3)."""
    if _WIDE not in {size, packed} or wide is None:
        return size, packed
    if len(wide) != _BOTH_SIZES.size:
        raise _different(member)
    wide_size, wide_packed = _BOTH_SIZES.unpack(wide)
    return (
        wide_size if size == _WIDE else size,
        wide_packed if packed == _WIDE else packed,
    )


def _different(member: ZipMember) -> RefusedError:
    return RefusedError(f"the local header of `{member.path}` differs from the central directory")
