"""Pages of which the files of each version are kept by themselves, and read when it's looked at.

Few versions of a long page are ever looked at; which ones there are its head tells.
"""

import zlib
from collections.abc import Iterable
from itertools import accumulate

import msgspec

from assembler.adapters.simple_index.kept import Part, in_memory, sealed, unsealed
from assembler.model.distribution import ProjectStatus


class PageHead(msgspec.Struct, frozen=True, array_like=True):
    """The versions of a page, newest first, with the size and the checksum of what is kept of each.

    `base` is the URL that relative ones of files start from.
    """

    base: str
    versions: tuple[str, ...]
    sizes: tuple[int, ...]
    checksums: tuple[int, ...]
    status: ProjectStatus | None = None


_heads = msgspec.msgpack.Decoder(PageHead)


class SlicedPage:
    """The head of a page, and a slice for each version."""

    def __init__(self, head: PageHead, part: Part) -> None:
        self.head = head
        self._part = part
        self._ends = tuple(accumulate(head.sizes))

    def slice(self, position: int) -> bytes | None:
        """Read the slice of a version; `None` if it is damaged, or no longer there."""
        size = self.head.sizes[position]
        found = self._part(self._ends[position] - size, size)
        return found if zlib.crc32(found) == self.head.checksums[position] else None

    def slice_of(self, version: str) -> bytes | None:
        """Read the slice of a version that may not be on the page."""
        versions = self.head.versions
        return self.slice(versions.index(version)) if version in versions else None

    def packed(self) -> bytes:
        """Encode the page for the cache."""
        slices = self._part(0, sum(self.head.sizes))
        return sealed(msgspec.msgpack.encode(self.head)) + slices


def sliced(
    base: str, status: ProjectStatus | None, slices: Iterable[tuple[str, bytes]]
) -> SlicedPage:
    """Return a page of versions and what is kept of them."""
    found = tuple(slices)
    head = PageHead(
        base=base,
        versions=tuple(version for version, _ in found),
        sizes=tuple(len(content) for _, content in found),
        checksums=tuple(zlib.crc32(content) for _, content in found),
        status=status,
    )
    return SlicedPage(head, in_memory(b"".join(content for _, content in found)))


def opened(part: Part) -> SlicedPage | None:
    """Return a page as the cache has it, or `None` if its head is damaged."""
    found = unsealed(part, _heads)
    return found and SlicedPage(*found)
