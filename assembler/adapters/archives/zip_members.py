"""The central directory of a zip archive, read strictly (APPNOTE.TXT 4.3.12)."""

import stat
import struct
from collections.abc import Iterator

import msgspec

from assembler.adapters.archives.members import RefusedError
from assembler.model.paths import safe_relpath

_ENTRY = struct.Struct("<4sHHHHHHIIIHHHHHII")
_ENTRY_SIGNATURE = b"PK\x01\x02"
_EXTRA = struct.Struct("<HH")
_ZIP64_EXTRA = 0x0001
_UNICODE_PATH_EXTRA = 0x7075
_WIDE = 0xFFFFFFFF

STORED, DEFLATED = 0, 8
HAS_DESCRIPTOR = 1 << 3
_ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13
_PATCHED = 1 << 5
_UTF8 = 1 << 11
_DOS_DIRECTORY = 0x10


class ZipMember(msgspec.Struct, frozen=True, kw_only=True):
    """A member as the central directory lists it; sizes in bytes, `offset` of its local header."""

    path: str
    directory: bool
    executable: bool
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


def parse_directory(data: bytes, count: int) -> tuple[ZipMember, ...]:
    """The members of a central directory; it must hold exactly `count` of them."""
    members = tuple(_entries(data))
    if len(members) != count:
        raise RefusedError(f"its central directory lists {len(members)} members, not {count}")
    names = {member.raw_name for member in members}
    if len(names) != len(members):
        twice = next(m.path for i, m in enumerate(members) if m.raw_name in _names(members[:i]))
        raise RefusedError(f"`{twice}` is there twice")
    return members


def _names(members: tuple[ZipMember, ...]) -> set[bytes]:
    return {member.raw_name for member in members}


def _entries(data: bytes) -> Iterator[ZipMember]:
    at = 0
    while at < len(data):
        if len(data) - at < _ENTRY.size or data[at : at + 4] != _ENTRY_SIGNATURE:
            raise RefusedError("its central directory is damaged")
        fields = _ENTRY.unpack_from(data, at)
        name_end = at + _ENTRY.size + fields[10]
        extra_end = name_end + fields[11]
        end = extra_end + fields[12]
        if end > len(data):
            raise RefusedError("its central directory is cut off")
        yield _member(fields, data[at + _ENTRY.size : name_end], data[name_end:extra_end])
        at = end


def _member(fields: tuple[int, ...], raw_name: bytes, extra: bytes) -> ZipMember:
    _, _, _, flags, method, _, _, crc, packed, size, _, _, _, disk, _, attributes, offset = fields
    name = _decoded(raw_name, flags)
    wide, unicode_path = parse_extra(extra, name)
    if unicode_path not in {None, raw_name}:
        raise RefusedError(f"`{name}` has two names")
    size, packed, offset = _widened(name, (size, packed, offset), wide)
    if flags & (_ENCRYPTED | _PATCHED):
        raise RefusedError(f"`{name}` is encrypted or a patch")
    if method not in {STORED, DEFLATED}:
        raise RefusedError(f"`{name}` is packed by method {method}, which is not read")
    if disk:
        raise RefusedError("it is split over several files")
    directory = name.endswith("/")
    _check_kind(name, attributes, directory=directory, size=size)
    return ZipMember(
        path=safe_relpath(name.removesuffix("/")),
        directory=directory,
        executable=bool(attributes >> 16 & 0o111) and not directory,
        raw_name=raw_name,
        flags=flags,
        method=method,
        crc=crc,
        packed=packed,
        size=size,
        offset=offset,
    )


def _decoded(raw_name: bytes, flags: int) -> str:
    try:
        return raw_name.decode("utf-8" if flags & _UTF8 else "ascii")
    except UnicodeDecodeError:
        raise RefusedError(f"the name {raw_name!r} is not UTF-8") from None


def parse_extra(extra: bytes, name: str) -> tuple[bytes | None, bytes | None]:
    """The zip64 field of a header's extra data, and its Unicode path."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(extra):
        if len(extra) - at < _EXTRA.size:
            raise RefusedError(f"`{name}` has malformed extra data")
        kind, length = _EXTRA.unpack_from(extra, at)
        at += _EXTRA.size + length
        if at > len(extra) or kind in found:
            raise RefusedError(f"`{name}` has malformed extra data")
        found[kind] = extra[at - length : at]
    unicode_path = found.get(_UNICODE_PATH_EXTRA)
    return found.get(_ZIP64_EXTRA), None if unicode_path is None else unicode_path[5:]


def _widened(name: str, narrow: tuple[int, int, int], wide: bytes | None) -> tuple[int, int, int]:
    """Size, packed size and offset, those that do not fit taken from the zip64 field."""
    missing = [index for index, value in enumerate(narrow) if value == _WIDE]
    if not missing:
        return narrow
    if wide is None or len(wide) < 8 * len(missing):
        raise RefusedError(f"`{name}` has no zip64 sizes")
    values = list(narrow)
    for index, value in zip(missing, struct.unpack_from(f"<{len(missing)}Q", wide), strict=True):
        values[index] = value
    return values[0], values[1], values[2]


def _check_kind(name: str, attributes: int, *, directory: bool, size: int) -> None:
    mode = attributes >> 16
    kind = stat.S_IFMT(mode)
    if kind == stat.S_IFLNK:
        raise RefusedError(f"`{name}` is a symbolic link")
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise RefusedError(f"`{name}` is a device, pipe or socket")
    if kind and (kind == stat.S_IFDIR) != directory:
        raise RefusedError(f"`{name}` is a directory by one header and a file by another")
    if mode & (stat.S_ISUID | stat.S_ISGID) and not directory:
        raise RefusedError(f"`{name}` is set-user-ID or set-group-ID")
    if directory and size:
        raise RefusedError(f"the directory `{name}` has content")
    if attributes & _DOS_DIRECTORY and not directory:
        raise RefusedError(f"`{name}` is a directory by one header and a file by another")
