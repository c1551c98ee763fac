"""The pages of distributions, reduced to releases: on the network, on this machine, or flat."""

from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from assembler.adapters.simple_index.flat import FlatIndexes, names_of
from assembler.adapters.simple_index.listed import GroupedPage
from assembler.adapters.simple_index.revalidated import RevalidatedPages
from assembler.adapters.simple_index.settings import IndexSettings
from assembler.model.distribution import Releases, read_releases
from assembler.model.url import shown, without_credentials
from assembler.ports import Files
from assembler.transport import Http, HttpResponse

if TYPE_CHECKING:
    from assembler.adapters.simple_index.local import LocalIndexes

_FOLDER = "pages-3"
_decoder = msgspec.msgpack.Decoder(GroupedPage)


class Pages:
    """The pages of distributions on indexes, reduced to releases."""

    def __init__(self, http: Http, files: Files, settings: IndexSettings) -> None:
        self._http = http
        self._files = files
        self._settings = settings
        self._remote = RevalidatedPages(http, files, settings, _FOLDER, _decoder)
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

        def read(response: HttpResponse) -> GroupedPage:
            from assembler.adapters.simple_index.answers import (  # noqa: PLC0415 - only if asked
                listing_of,
            )

            return grouped(listing_of(response), name)

        called = f"the page of `{name}` on `{shown(index)}`"
        page = self._remote.page(page_url(index, name), called, read)
        return Releases(
            name=name,
            index=without_credentials(index),
            versions=tuple(group.version for group in page.groups),
            releases=LazyReleases(page, name),
            status=page.status,
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
