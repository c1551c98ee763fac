"""Where a zip archive's central directory stands (APPNOTE.TXT 4.3.14 to 4.3.16)."""

import struct
from typing import BinaryIO

import msgspec

from assembler.adapters.archives.members import RefusedError

_END = struct.Struct("<4sHHHHIIH")
_END_SIGNATURE = b"PK\x05\x06"
_LOCATOR = struct.Struct("<4sIQI")
_LOCATOR_SIGNATURE = b"PK\x06\x07"
_END64 = struct.Struct("<4sQHHIIQQQQ")
_END64_SIGNATURE = b"PK\x06\x06"
_MAX_COMMENT = 0xFFFF


class Directory(msgspec.Struct, frozen=True, kw_only=True):
    """A central directory: its offset and size in bytes, and how many members it lists."""

    offset: int
    size: int
    count: int


def find_directory(file: BinaryIO, size: int) -> Directory:
    """Read the end of a zip archive, which must be the end of the file."""
    tail_size = min(size, _END.size + _MAX_COMMENT)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    at = tail.rfind(_END_SIGNATURE)
    if at < 0 or len(tail) - at < _END.size:
        raise RefusedError("it has no end of central directory; it is not a zip, or it is cut off")
    comment = tail[at + _END.size :]
    _, disk, start, here, count, length, offset, comment_length = _END.unpack_from(tail, at)
    if comment_length != len(comment):
        raise RefusedError("there are data behind its end")
    if tail.find(_END_SIGNATURE) != at and b"PK" in comment:
        raise RefusedError("it has two ends of central directory")
    if disk or start or here != count:
        raise RefusedError("it is split over several files")
    end = size - tail_size + at
    found = Directory(offset=offset, size=length, count=count)
    return _checked(file, found, end)


def _checked(file: BinaryIO, found: Directory, end: int) -> Directory:
    wide = _end64(file, end)
    if wide is not None:
        narrow = (found.offset, found.size, found.count)
        widest = (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFF)
        exact = (wide[0].offset, wide[0].size, wide[0].count)
        pairs = zip(narrow, exact, widest, strict=True)
        if any(given not in {true, most} for given, true, most in pairs):
            raise RefusedError("its two ends of central directory differ")
        found, end = wide
    if found.offset + found.size != end:
        raise RefusedError("there are data before it, or its central directory is not at its end")
    return found


def _end64(file: BinaryIO, end: int) -> tuple[Directory, int] | None:
    """The zip64 end of central directory and its offset, if there is one."""
    if end < _LOCATOR.size + _END64.size:
        return None
    file.seek(end - _LOCATOR.size)
    signature, disk, offset, disks = _LOCATOR.unpack(file.read(_LOCATOR.size))
    if signature != _LOCATOR_SIGNATURE:
        return None
    if disk or disks > 1 or offset != end - _LOCATOR.size - _END64.size:
        raise RefusedError("its zip64 locator is wrong")
    file.seek(offset)
    fields = _END64.unpack(file.read(_END64.size))
    signature, length, _, _, disk, start, here, count, size, start_offset = fields
    if signature != _END64_SIGNATURE or length != _END64.size - 12 or disk or start:
        raise RefusedError("its zip64 end of central directory is wrong")
    if here != count:
        raise RefusedError("it is split over several files")
    return Directory(offset=start_offset, size=size, count=count), offset
