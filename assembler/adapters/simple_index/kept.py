"""Pages as the cache keeps them: a short header that is read alone, then what the page says.

What is read at one go stands behind its length and its checksum, so that damage is found and no
more is read than is looked at.
"""

import os
import zlib
from collections.abc import Callable
from pathlib import PurePath
from struct import Struct
from typing import TypeAlias, TypeVar

import msgspec

from assembler.ports import TEMPORARY, Files, FileState

_FIRST = 16 * 1024  # bytes: header and head of a page, and the files of its newest versions
_SEAL = Struct(">II")
Noun = TypeVar("Noun")

Part: TypeAlias = Callable[[int, int], bytes]
"""Reads from a position on, as many bytes as asked for or as there are."""


class PageHeader(msgspec.Struct, frozen=True, kw_only=True):
    """When a page was read (seconds since 1970), how long it is fresh, and its validators."""

    read: float
    fresh: float
    etag: str = ""
    last_modified: str = ""

    def is_fresh(self, now: float) -> bool:
        """Whether the page needs no question at this time; a clock that was set back asks."""
        return 0 <= now - self.read < self.fresh


class KeptPage(msgspec.Struct, frozen=True):
    """The header of a kept page, and what stands behind it."""

    header: PageHeader
    body: Part


_headers = msgspec.msgpack.Decoder(PageHeader)


def keep(files: Files, path: PurePath, content: bytes) -> FileState | None:
    """Put a file into the cache whole, and tell its state; a power cut may damage it."""
    temporary = path.with_name(f"{TEMPORARY}{os.urandom(8).hex()}")
    try:
        files.write(temporary, content)
        state = files.state(temporary)
        files.rename(temporary, path)
    finally:
        files.remove(temporary)
    return state


def sealed(content: bytes) -> bytes:
    """Put the length and the checksum of content before it."""
    return _SEAL.pack(len(content), zlib.crc32(content)) + content


def unsealed(part: Part, decoder: msgspec.msgpack.Decoder[Noun]) -> tuple[Noun, Part] | None:
    """Decode sealed content, and tell what stands behind it; `None` if it is damaged."""
    seal = part(0, _SEAL.size)
    if len(seal) < _SEAL.size:
        return None
    length, checksum = _SEAL.unpack(seal)
    content = part(_SEAL.size, length)
    if len(content) < length or zlib.crc32(content) != checksum:
        return None
    try:
        return decoder.decode(content), _behind(part, _SEAL.size + length)
    except msgspec.DecodeError:
        return None


def packed(header: PageHeader, body: bytes) -> bytes:
    """Encode a page for the cache."""
    return sealed(msgspec.msgpack.encode(header)) + body


def kept(part: Part) -> KeptPage | None:
    """Read the header of a kept page, or `None` if it is damaged."""
    found = unsealed(part, _headers)
    return found and KeptPage(*found)


def in_memory(content: bytes) -> Part:
    """Read from bytes."""
    return lambda start, length: content[start : start + length]


def in_file(files: Files, path: PurePath) -> Part:
    """Read from a file of which the beginning is read at once. Raises `FileNotFoundError`."""
    first = files.read_part(path, 0, _FIRST)

    def part(start: int, length: int) -> bytes:
        if start + length <= len(first) or len(first) < _FIRST:
            return first[start : start + length]
        try:
            return files.read_part(path, start, length)
        except FileNotFoundError:
            return b""

    return part


def _behind(part: Part, start: int) -> Part:
    """Read as if a position were the first."""
    return lambda further, length: part(start + further, length)
