"""The pages of distributions, reduced to releases: on the network, on this machine, or flat."""

from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import quote

from assembler.adapters.simple_index.flat import FlatIndexes, names_of
from assembler.adapters.simple_index.kept import Part
from assembler.adapters.simple_index.revalidated import RevalidatedPages
from assembler.adapters.simple_index.settings import IndexSettings
from assembler.adapters.simple_index.sliced import SlicedPage, opened
from assembler.model.distribution import Releases, read_releases
from assembler.model.url import shown, without_credentials
from assembler.ports import Files
from assembler.transport import Http, HttpResponse

if TYPE_CHECKING:
    from assembler.adapters.simple_index.local import LocalIndexes

_FOLDER = "pages-4"


class _Sliced:
    """How the files of a distribution stand in the cache: those of each version by themselves."""

    def packed(self, page: SlicedPage) -> bytes:
        """Encode a page."""
        return page.packed()

    def opened(self, part: Part) -> SlicedPage | None:
        """Read the head of a page; `None` if it is damaged."""
        return opened(part)


class Pages:
    """The pages of distributions on indexes, reduced to releases."""

    def __init__(self, http: Http, files: Files, settings: IndexSettings) -> None:
        self._http = http
        self._files = files
        self._settings = settings
        self._remote = RevalidatedPages(http, files, settings, _FOLDER, _Sliced())
        self._flat = FlatIndexes(http, files, settings)
        self._local: LocalIndexes | None = None
        self._lock = Lock()

    def releases(self, index: str, name: str) -> Releases:
        """Return the releases of a distribution on an index."""
        url = without_credentials(index)
        if index.startswith("file:"):
            return read_releases(name, url, self._machine().releases(index, name))
        if index in self._settings.flat:
            return read_releases(name, url, self._flat.releases(index, name))
        return self._on_network(index, name)

    def names(self, index: str) -> tuple[str, ...]:
        """Return the names of an index that is flat, or on this machine; none of another."""
        if index.startswith("file:"):
            return self._machine().names(index)
        if index in self._settings.flat:
            return names_of(self._flat.files(index))
        return ()

    def needs_network(self, index: str, name: str) -> bool:
        """Whether the index must be asked, because the cache has no fresh page."""
        if index.startswith("file:"):
            return False
        if index in self._settings.flat:
            return self._flat.needs_network(index)
        return self._remote.needs_network(page_url(index, name))

    def _on_network(self, index: str, name: str) -> Releases:
        from assembler.adapters.simple_index.grouped import (  # noqa: PLC0415 - loads packaging
            LazyReleases,
            grouped,
        )

        url, called = page_url(index, name), f"the page of `{name}` on `{shown(index)}`"

        def read(response: HttpResponse) -> SlicedPage:
            from assembler.adapters.simple_index.answers import (  # noqa: PLC0415 - only if asked
                listing_of,
            )

            return grouped(listing_of(response), name)

        def anew() -> Iterator[SlicedPage]:
            yield self._remote.page(url, called, read)
            yield self._remote.new_page(url, called, read)

        found = self._remote.page(url, called, read)
        return Releases(
            name=name,
            index=without_credentials(index),
            versions=found.head.versions,
            releases=LazyReleases(found, name, anew),
            status=found.head.status,
        )

    def _machine(self) -> "LocalIndexes":
        from assembler.adapters.simple_index.local import (  # noqa: PLC0415 - loads HTML parsers
            LocalIndexes,
        )

        with self._lock:
            if self._local is None:
                self._local = LocalIndexes(self._http, self._files, self._settings)
            return self._local


def page_url(index: str, name: str) -> str:
    """Return the URL of a distribution's page on an index."""
    return f"{index.rstrip('/')}/{quote(name, safe='')}/"
