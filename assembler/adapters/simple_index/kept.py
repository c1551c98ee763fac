"""Pages as the cache keeps them: a short header that is read alone, a checksum, the content."""

import zlib
from pathlib import PurePath
from secrets import token_hex
from typing import TypeVar

import msgspec

from assembler.ports import TEMPORARY, Files

_SIZE = 4
Noun = TypeVar("Noun")


class PageHeader(msgspec.Struct, frozen=True, kw_only=True):
    """When a page was read (seconds since 1970), how long it is fresh, and its validators."""

    read: float
    fresh: float
    etag: str = ""
    last_modified: str = ""

    def is_fresh(self, now: float) -> bool:
        """Whether the page needs no question at this time; a clock that was set back asks."""
        return 0 <= now - self.read < self.fresh


_headers = msgspec.msgpack.Decoder(PageHeader)


def keep(files: Files, path: PurePath, content: bytes) -> None:
    """Put a file into the cache whole; what a power cut damages is fetched again."""
    temporary = path.with_name(f"{TEMPORARY}{token_hex(8)}")
    try:
        files.write(temporary, content)
        files.rename(temporary, path)
    finally:
        files.remove(temporary)


def packed(header: PageHeader, page: object) -> bytes:
    """Encode a page for the cache."""
    first, content = msgspec.msgpack.encode(header), msgspec.msgpack.encode(page)
    start = len(first).to_bytes(_SIZE, "big") + first
    return b"".join((start, zlib.crc32(content).to_bytes(_SIZE, "big"), content))


def header_of(content: bytes) -> PageHeader | None:
    """Decode the header of a kept page, or `None` if it is damaged."""
    return _decoded(_headers, memoryview(content)[_SIZE : _SIZE + _length(content)])


def page_of(content: bytes, decoder: msgspec.msgpack.Decoder[Noun]) -> Noun | None:
    """Decode what stands after the header of a kept page, or `None` if it is damaged."""
    start = 2 * _SIZE + _length(content)
    page = memoryview(content)[start:]
    if zlib.crc32(page) != int.from_bytes(content[start - _SIZE : start], "big"):
        return None
    return _decoded(decoder, page)


def _length(content: bytes) -> int:
    return int.from_bytes(content[:_SIZE], "big")


def _decoded(decoder: msgspec.msgpack.Decoder[Noun], content: memoryview) -> Noun | None:
    try:
        return decoder.decode(content)
    except msgspec.DecodeError:
        return None
