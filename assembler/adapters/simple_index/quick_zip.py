"""One member of an ordinary zip archive, without objects for all the others (APPNOTE.TXT 4.3)."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import IO

import msgspec

_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13
_WIDE = 0xFFFFFFFF


class _Member(msgspec.Struct, frozen=True):
    method: int
    crc: int
    packed: int
    size: int
    offset: int


def only_member(stream: IO[bytes], wanted: Callable[[str], bool], limit: int) -> bytes | None:
    """Return the content of the only member with a wanted name, if it has up to `limit` bytes.

    `None` where the archive is not of the plainest kind, or there is not exactly one such member:
    `zipfile` can tell more. Raises `ValueError` or `zlib.error` where the member is damaged.
    """
    directory = _directory(stream)
    found = list(_members(directory, wanted)) if directory else []
    if len(found) != 1 or found[0].size > limit:
        return None
    return _content(stream, found[0])


def _directory(stream: IO[bytes]) -> bytes | None:
    """The central directory, where nothing but its end record follows, and no zip64 is needed."""
    size = stream.seek(0, io.SEEK_END)
    if size < _END.size:
        return None
    stream.seek(size - _END.size)
    signature, disk, first, here, count, length, offset, comment = _END.unpack(
        stream.read(_END.size)
    )
    plain = not disk and not first and here == count and not comment and offset != _WIDE
    if signature != b"PK\x05\x06" or not plain or offset + length + _END.size != size:
        return None
    stream.seek(offset)
    return stream.read(length)


def _members(directory: bytes, wanted: Callable[[str], bool]) -> Iterator[_Member]:
    at = 0
    while at < len(directory):
        entry = _ENTRY.unpack_from(directory, at)
        if entry[0] != b"PK\x01\x02":
            raise ValueError("its directory is damaged")
        start = at + _ENTRY.size
        at = start + entry[10] + entry[11] + entry[12]
        if wanted(directory[start : start + entry[10]].decode("utf-8", "replace")):
            if entry[3] & _ENCRYPTED or entry[4] not in {_STORED, _DEFLATED}:
                raise ValueError("its metadata can't be read")
            yield _Member(entry[4], entry[7], entry[8], entry[9], entry[16])


def _content(stream: IO[bytes], member: _Member) -> bytes:
    stream.seek(member.offset)
    local = _LOCAL.unpack(stream.read(_LOCAL.size))
    if local[0] != b"PK\x03\x04":
        raise ValueError("it has no local header")
    stream.seek(member.offset + _LOCAL.size + local[9] + local[10])
    content = stream.read(member.packed)
    if member.method == _DEFLATED:
        content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, member.size + 1)
    if len(content) != member.size or zlib.crc32(content) != member.crc:
        raise ValueError("its metadata is damaged")
    return content
