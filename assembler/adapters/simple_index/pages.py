"""Reduced pages: from the cache, revalidated or fetched."""

import hashlib
from pathlib import PurePath
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from assembler.adapters.simple_index.kept import (
    PageHeader,
    header_of,
    keep,
    packed,
    releases_of,
)
from assembler.adapters.simple_index.settings import IndexSettings
from assembler.errors import NetworkError
from assembler.model.distribution import Release, Releases
from assembler.model.url import shown, without_credentials
from assembler.ports import Files, Http

if TYPE_CHECKING:
    from assembler.adapters.simple_index.local import LocalIndexes

_FOLDER = "pages-2"
_NOT_MODIFIED = 304


class Pages:
    """The pages of distributions on indexes, reduced to releases."""

    def __init__(self, http: Http, files: Files, settings: IndexSettings) -> None:
        self._http = http
        self._files = files
        self._settings = settings
        self._folder = settings.cache / _FOLDER
        self._local: LocalIndexes | None = None
        self._lock = Lock()

    def releases(self, index: str, name: str) -> Releases:
        """Return the releases of a distribution on an index."""
        if index.startswith("file:"):
            releases = self._machine().releases(index, name)
        else:
            releases = self._remote(index, name)
        return Releases(name=name, index=without_credentials(index), releases=releases)

    def needs_network(self, index: str, name: str) -> bool:
        """Whether the index must be asked, because the cache has no fresh page."""
        if self._settings.offline or index.startswith("file:"):
            return False
        header = header_of(self._kept(self._path(page_url(index, name))))
        return header is None or not header.is_fresh(self._settings.clock())

    def _remote(self, index: str, name: str) -> tuple[Release, ...]:
        url = page_url(index, name)
        path = self._path(url)
        content = self._kept(path)
        header, releases = header_of(content), releases_of(content)
        if header is None or releases is None:
            if self._settings.offline:
                raise _uncached(index, name)
            header, releases = None, ()
        elif self._settings.offline or header.is_fresh(self._settings.clock()):
            return releases
        header, releases = self._asked(url, name, header, releases)
        keep(self._files, path, packed(header, releases))
        return releases

    def _asked(
        self, url: str, name: str, known: PageHeader | None, releases: tuple[Release, ...]
    ) -> tuple[PageHeader, tuple[Release, ...]]:
        from assembler.adapters.simple_index.answers import (  # noqa: PLC0415 - loads HTML parsers
            files_of,
            freshness,
        )
        from assembler.adapters.simple_index.page import ACCEPT  # noqa: PLC0415 - the same
        from assembler.adapters.simple_index.reduce import reduced  # noqa: PLC0415 - the same

        headers = {"Accept": ACCEPT, **_conditions(known)}
        now, limit = self._settings.clock(), self._settings.limits.page_size
        response = self._http.get(url, headers=headers, limit=limit)
        if known is not None and response.status == _NOT_MODIFIED:
            fresh = freshness(response, otherwise=known.fresh)
            return msgspec.structs.replace(known, read=now, fresh=fresh), releases
        header = PageHeader(
            read=now,
            fresh=freshness(response),
            etag=response.headers.get("etag", ""),
            last_modified=response.headers.get("last-modified", ""),
        )
        return header, reduced(files_of(response), name)

    def _machine(self) -> "LocalIndexes":
        from assembler.adapters.simple_index.local import (  # noqa: PLC0415 - loads HTML parsers
            LocalIndexes,
        )

        with self._lock:
            if self._local is None:
                self._local = LocalIndexes(self._http, self._files, self._settings.limits)
            return self._local

    def _kept(self, path: PurePath) -> bytes:
        try:
            return self._files.read(path)
        except FileNotFoundError:
            return b""

    def _path(self, url: str) -> PurePath:
        key = hashlib.sha256(without_credentials(url).encode()).hexdigest()
        return self._folder / f"{key}.msgpack"


def page_url(index: str, name: str) -> str:
    """Return the URL of a distribution's page on an index."""
    return f"{index.rstrip('/')}/{quote(name, safe='')}/"


def _conditions(known: PageHeader | None) -> dict[str, str]:
    if known is None:
        return {}
    pairs = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in pairs.items() if value}


def _uncached(index: str, name: str) -> NetworkError:
    return NetworkError(
        f"the page of `{name}` on `{shown(index)}` is not cached, and nothing is fetched offline",
        hints=("run it once with the network",),
    )
