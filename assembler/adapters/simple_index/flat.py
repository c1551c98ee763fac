"""Flat indexes on the network: one page with links to the files of all distributions."""

from collections.abc import Iterable

import msgspec

from assembler.adapters.simple_index.kept import Part, sealed, unsealed
from assembler.adapters.simple_index.once import Once
from assembler.adapters.simple_index.revalidated import RevalidatedPages
from assembler.adapters.simple_index.settings import IndexSettings
from assembler.errors import NetworkError
from assembler.model.distribution import DistributionFile, Release
from assembler.model.sources import is_archive
from assembler.model.url import shown
from assembler.ports import Files
from assembler.transport import Http, HttpResponse

_FOLDER = "flat-2"
_decoder = msgspec.msgpack.Decoder(tuple[DistributionFile, ...])


class _Whole:
    """How all files of a flat index stand in the cache: together."""

    def packed(self, page: tuple[DistributionFile, ...]) -> bytes:
        """Encode them."""
        return sealed(msgspec.msgpack.encode(page))

    def opened(self, part: Part) -> tuple[DistributionFile, ...] | None:
        """Read them; `None` if they are damaged."""
        found = unsealed(part, _decoder)
        return found[0] if found else None


class FlatIndexes:
    """Releases of flat indexes; the page of each is asked for at most once."""

    def __init__(self, http: Http, files: Files, settings: IndexSettings) -> None:
        self._pages = RevalidatedPages(http, files, settings, _FOLDER, _Whole())
        self._listings: Once[str, tuple[DistributionFile, ...]] = Once()

    def releases(self, index: str, name: str) -> tuple[Release, ...]:
        """Return the releases of a distribution."""
        from assembler.adapters.simple_index.reduce import (  # noqa: PLC0415 - loads packaging
            reduced,
        )

        return reduced(self.files(index), name)

    def files(self, index: str) -> tuple[DistributionFile, ...]:
        """Return all files of an index."""
        called = f"the flat index `{shown(index)}`"
        return self._listings.result(index, lambda: self._pages.page(index, called, _read).page)

    def needs_network(self, index: str) -> bool:
        """Whether the page must be asked for."""
        return index not in self._listings and self._pages.needs_network(index)


def names_of(files: Iterable[DistributionFile]) -> tuple[str, ...]:
    """Return the normalised names that files of wheels and sdists begin with, sorted."""
    from assembler.adapters.simple_index.reduce import (  # noqa: PLC0415 - loads packaging
        normalised,
    )

    stems = (_stem(file.filename) for file in files)
    return tuple(sorted({normalised(stem) for stem in stems if stem}))


def _stem(filename: str) -> str:
    """The name at the beginning of a wheel's or sdist's file name; empty for another file."""
    if not is_archive(filename):
        return ""
    wheel = filename.endswith(".whl")
    return filename.partition("-")[0] if wheel else filename.rpartition("-")[0]


def _read(response: HttpResponse) -> tuple[DistributionFile, ...]:
    from assembler.adapters.simple_index.answers import (  # noqa: PLC0415 - loads HTML parsers
        files_of,
        is_absent,
    )

    if is_absent(response):
        raise NetworkError(f"there is no index at `{shown(response.url)}`")
    return tuple(file for file in files_of(response) if file.filename)
