"""Flat indexes on the network: one page with links to the files of all distributions."""

import msgspec

from assembler.adapters.simple_index.once import Once
from assembler.adapters.simple_index.revalidated import RevalidatedPages
from assembler.adapters.simple_index.settings import IndexSettings
from assembler.errors import NetworkError
from assembler.model.distribution import DistributionFile, Release
from assembler.model.url import shown
from assembler.ports import Files, Http, HttpResponse

_FOLDER = "flat-1"
_decoder = msgspec.msgpack.Decoder(tuple[DistributionFile, ...])


class FlatIndexes:
    """Releases of flat indexes; the page of each is asked for at most once."""

    def __init__(self, http: Http, files: Files, settings: IndexSettings) -> None:
        self._pages = RevalidatedPages(http, files, settings, _FOLDER, _decoder)
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
        return self._listings.result(index, lambda: self._pages.page(index, called, _read))

    def needs_network(self, index: str) -> bool:
        """Whether the page must be asked for."""
        return index not in self._listings and self._pages.needs_network(index)


def _read(response: HttpResponse) -> tuple[DistributionFile, ...]:
    from assembler.adapters.simple_index.answers import (  # noqa: PLC0415 - loads HTML parsers
        files_of,
        is_absent,
    )

    if is_absent(response):
        raise NetworkError(f"there is no index at `{shown(response.url)}`")
    return tuple(file for file in files_of(response) if file.filename)
