"""The pages of distributions, reduced to releases: on the network, on this machine, or flat."""

from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING

from assembler.adapters.simple_index.flat import FlatIndexes, names_of
from assembler.adapters.simple_index.network import NetworkPages
from assembler.adapters.simple_index.recent import Recent, RecentPage
from assembler.adapters.simple_index.settings import IndexSettings
from assembler.model.distribution import Releases, read_releases
from assembler.model.url import without_credentials
from assembler.ports import Files
from assembler.transport import Http

if TYPE_CHECKING:
    from assembler.adapters.simple_index.local import LocalIndexes


class Pages:
    """The pages of distributions on indexes, reduced to releases."""

    def __init__(self, http: Http, files: Files, settings: IndexSettings, recent: Recent) -> None:
        self._http = http
        self._files = files
        self._settings = settings
        self._network = NetworkPages(http, files, settings, recent)
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
        return self._network.releases(index, name)

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
        return self._network.needs_network(index, name)

    def looked_at(self) -> Mapping[str, RecentPage]:
        """Return the pages of networks of which something was looked at that is not remembered."""
        return self._network.looked_at()

    def _machine(self) -> "LocalIndexes":
        from assembler.adapters.simple_index.local import (  # noqa: PLC0415 - loads HTML parsers
            LocalIndexes,
        )

        with self._lock:
            if self._local is None:
                self._local = LocalIndexes(self._http, self._files, self._settings)
            return self._local
