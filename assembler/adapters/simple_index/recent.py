"""What was looked at lately of pages and metadata, in one file that is read at one go.

All of it stands elsewhere in the cache, in a file for each page and each distribution's metadata.
A file that is damaged, or of another version of assembler, says nothing.
"""

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from itertools import accumulate, islice
from pathlib import PurePath
from typing import TypeAlias, TypeVar

import msgspec

from assembler import __version__
from assembler.adapters.simple_index.kept import PageHeader, in_memory, keep, sealed, unsealed
from assembler.errors import MachineError
from assembler.model.distribution import CoreMetadata, ProjectStatus, Release
from assembler.ports import Files, FileState

_FILE = "recent-1/pages-and-metadata.msgpack"
_MOST = 8 << 20
"""How many bytes of pages, and of metadata, it has at most; what is longest unused goes first."""

Noun = TypeVar("Noun")
_Encoded: TypeAlias = dict[str, msgspec.Raw]


class Stamp(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What tells that the file of a page is the same: its size in bytes and its mtime in ns."""

    size: int
    mtime: int


class RecentPage(msgspec.Struct, frozen=True, array_like=True):
    """The head of a page, and the releases that were looked at, by position.

    It has no stamp if its file was gone at once; then it never counts.
    """

    stamp: Stamp | None
    header: PageHeader
    versions: tuple[str, ...]
    status: ProjectStatus | None = None
    releases: dict[int, Release] = {}


class _Content(msgspec.Struct, frozen=True, array_like=True):
    """Pages by URL and metadata by key, the longest unused first; each decoded if asked for."""

    writer: str
    pages: _Encoded
    metadata: _Encoded


# Made when this module is imported: two threads that first decode one type at once can crash.
_contents = msgspec.msgpack.Decoder(_Content)
_pages = msgspec.msgpack.Decoder(RecentPage)
_metadata = msgspec.msgpack.Decoder(CoreMetadata)
_encoder = msgspec.msgpack.Encoder()


class Recent:
    """What locks looked at lately."""

    def __init__(
        self, cache: PurePath, files: Files, *, most: int = _MOST, writer: str = __version__
    ) -> None:
        self._path = cache / _FILE
        self._files = files
        self._most = most
        self._writer = writer
        self._asked: set[str] = set()

    def page(self, url: str, state: FileState | None) -> RecentPage | None:
        """What is remembered of a page, if its file is still as it was."""
        page = self._found(self._content.pages, url, _pages)
        return page if page and page.stamp and page.stamp == stamp_of(state) else None

    def metadata(self, key: str) -> CoreMetadata | None:
        """The core metadata that is remembered of a file."""
        return self._found(self._content.metadata, key, _metadata)

    def remember(
        self, pages: Mapping[str, RecentPage], metadata: Mapping[str, CoreMetadata]
    ) -> None:
        """Remember these as well, unless there are none, or the cache can't be written."""
        if pages or metadata:
            known = self._read()
            content = _Content(
                writer=self._writer,
                pages=self._with(known.pages, pages),
                metadata=self._with(known.metadata, metadata),
            )
            with suppress(MachineError):
                keep(self._files, self._path, sealed(_encoder.encode(content)))

    @cached_property
    def _content(self) -> _Content:
        return self._read()

    def _read(self) -> _Content:
        found = None
        with suppress(FileNotFoundError, MachineError):
            found = unsealed(in_memory(self._files.read(self._path)), _contents)
        if found is None or found[0].writer != self._writer:
            return _Content(self._writer, {}, {})
        return found[0]

    def _found(
        self, known: _Encoded, key: str, decoder: msgspec.msgpack.Decoder[Noun]
    ) -> Noun | None:
        found = known.get(key)
        if found is None:
            return None
        self._asked.add(key)
        return decoder.decode(found)

    def _with(self, known: _Encoded, new: Mapping[str, object]) -> _Encoded:
        """What is known and what is new, as far as there is room; the longest unused goes first."""
        others = sorted((key for key in known if key not in new), key=self._asked.__contains__)
        found = {key: known[key] for key in others}
        found |= {key: msgspec.Raw(_encoder.encode(value)) for key, value in new.items()}
        sizes = accumulate(memoryview(found[key]).nbytes for key in reversed(found))
        room = sum(size <= self._most for size in sizes)
        return dict(islice(found.items(), len(found) - room, None))


def stamp_of(state: FileState | None) -> Stamp | None:
    """What tells a file from a later one at its path, if there is one."""
    return Stamp(state.size, state.mtime) if state else None
