"""Zip archives made by hand, so that any field of them can be wrong."""

import struct
import zlib

import msgspec

END = struct.Struct("<4sHHHHIIH")


class Raw(msgspec.Struct, frozen=True, kw_only=True):
    """A member; what starts with `local_` replaces the value in the local header."""

    name: bytes
    content: bytes = b"content\n"
    mode: int = 0o100644
    attributes: int = 0
    flags: int = 0
    method: int = 8
    crc: int | None = None
    size: int | None = None
    packed: bytes | None = None
    packed_size: int | None = None
    extra: bytes = b""
    disk: int = 0
    descriptor: bytes = b""
    offset: int | None = None
    local_name: bytes | None = None
    local_flags: int | None = None
    local_method: int | None = None
    local_crc: int | None = None
    local_size: int | None = None
    local_packed_size: int | None = None
    local_extra: bytes = b""
    behind: bytes = b""


def deflated(content: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(content) + compressor.flush()


def either(value: int | None, other: int) -> int:
    return other if value is None else value


def packed(member: Raw) -> bytes:
    if member.packed is not None:
        return member.packed
    return deflated(member.content) if member.method == 8 else member.content


def local(member: Raw) -> bytes:
    data = packed(member)
    name = member.name if member.local_name is None else member.local_name
    crc = either(member.local_crc, either(member.crc, zlib.crc32(member.content)))
    packed_size = either(member.local_packed_size, either(member.packed_size, len(data)))
    size = either(member.local_size, either(member.size, len(member.content)))
    flags = either(member.local_flags, member.flags)
    method = either(member.local_method, member.method)
    header = struct.pack(
        "<4sHHHHHIIIHH",
        b"PK\x03\x04",
        *(20, flags, method, 0, 0x21),
        *(crc, packed_size, size, len(name), len(member.local_extra)),
    )
    return header + name + member.local_extra + data + member.descriptor + member.behind


def central(member: Raw, offset: int) -> bytes:
    data = packed(member)
    attributes = member.mode << 16 | member.attributes
    sizes = (either(member.packed_size, len(data)), either(member.size, len(member.content)))
    header = struct.pack(
        "<4sHHHHHHIIIHHHHHII",
        b"PK\x01\x02",
        *(0x0314, 20, member.flags, member.method, 0, 0x21),
        *(either(member.crc, zlib.crc32(member.content)), *sizes),
        *(len(member.name), len(member.extra), 0, member.disk, 0),
        *(attributes, either(member.offset, offset)),
    )
    return header + member.name + member.extra


def archive(
    *members: Raw,
    before: bytes = b"",
    between: bytes = b"",
    behind: bytes = b"",
    comment: bytes = b"",
    count: int | None = None,
    shift: int = 0,
) -> bytes:
    """A zip; `shift` is added to all offsets, so that `before` can be hidden or not."""
    body, directory = before, b""
    for member in members:
        directory += central(member, len(body) - len(before) + shift)
        body += local(member)
    start = len(body) - len(before) + shift
    number = len(members) if count is None else count
    end = END.pack(
        b"PK\x05\x06", 0, 0, number, number, len(directory), start + len(between), len(comment)
    )
    return body + between + directory + end + comment + behind


def zip64(*members: Raw, locator_offset: int | None = None, wide_count: int | None = None) -> bytes:
    """A zip whose end is a zip64 one."""
    body, directory = b"", b""
    for member in members:
        directory += central(member, len(body))
        body += local(member)
    at = len(body) + len(directory)
    count = either(wide_count, len(members))
    wide = struct.pack(
        "<4sQHHIIQQQQ",
        b"PK\x06\x06",
        *(44, 45, 45, 0, 0, count, count, len(directory), len(body)),
    )
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, either(locator_offset, at), 1)
    end = END.pack(b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return body + directory + wide + locator + end
