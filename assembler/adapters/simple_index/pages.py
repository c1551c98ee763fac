"""Reduced pages: fetched, revalidated and kept in the cache."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import PurePath
from urllib.parse import quote

import msgspec

from assembler.adapters.simple_index.page import ACCEPT, parse_page
from assembler.adapters.simple_index.reduce import reduced, version_of
from assembler.adapters.simple_index.settings import IndexSettings
from assembler.errors import NetworkError
from assembler.model.distribution import DistributionFile, Release, Releases
from assembler.model.url import shown, without_credentials
from assembler.ports import Files, Http, HttpResponse

_FOLDER = "pages-1"
_OK = 200
_NOT_MODIFIED = 304
_ABSENT = frozenset({404, 410})
_UNAUTHORISED = frozenset({401, 403})


class CachedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A reduced page as the cache keeps it: when it was read, and for how many seconds it holds."""

    read: float
    fresh: float
    etag: str
    last_modified: str
    releases: tuple[Release, ...]


_decoder = msgspec.msgpack.Decoder(CachedPage)


class Pages:
    """The pages of distributions on indexes, reduced to releases."""

    def __init__(self, http: Http, files: Files, settings: IndexSettings) -> None:
        self._http = http
        self._files = files
        self._folder = settings.cache / _FOLDER
        self._offline = settings.offline
        self._limits = settings.limits
        self._clock = settings.clock
        self._listings: dict[str, tuple[DistributionFile, ...]] = {}

    def releases(self, index: str, name: str) -> Releases:
        """Return the releases of a distribution on an index, from the cache where that is fresh."""
        public = without_credentials(index)
        read = self._local if index.startswith("file:") else self._remote
        return Releases(name=name, index=public, releases=read(index, name))

    def _remote(self, index: str, name: str) -> tuple[Release, ...]:
        url = page_url(index, name)
        path = self._path(url)
        cached = self._cached(path)
        if self._offline and cached is None:
            raise NetworkError(
                f"the page of `{name}` on `{shown(index)}` is not cached, and nothing is fetched"
                " offline",
                hints=("run it once with the network",),
            )
        if cached is not None and (self._offline or self._is_fresh(cached)):
            return cached.releases
        page = self._fetched(url, name, cached)
        self._files.replace(path, msgspec.msgpack.encode(page))
        return page.releases

    def _fetched(self, url: str, name: str, cached: CachedPage | None) -> CachedPage:
        headers = {"Accept": ACCEPT, **_conditions(cached)}
        response = self._http.get(url, headers=headers, limit=self._limits.page_size)
        if response.status == _NOT_MODIFIED and cached is not None:
            return msgspec.structs.replace(
                cached, read=self._clock(), fresh=_freshness(response, cached.fresh)
            )
        return CachedPage(
            read=self._clock(),
            fresh=_freshness(response, 0.0),
            etag=response.headers.get("etag", ""),
            last_modified=response.headers.get("last-modified", ""),
            releases=reduced(_files(response), name),
        )

    def _local(self, index: str, name: str) -> tuple[Release, ...]:
        url = page_url(index, name)
        response = self._http.get(url, limit=self._limits.page_size)
        listing = self._flat(index) if response.status in _ABSENT else _files(response)
        own = (file for file in listing if version_of(file.filename, name) is not None)
        return reduced((self._measured(file) for file in own), name)

    def _flat(self, index: str) -> tuple[DistributionFile, ...]:
        if index not in self._listings:
            response = self._http.get(index.rstrip("/"), limit=self._limits.page_size)
            if response.status in _ABSENT:
                raise NetworkError(f"there is no index at `{shown(index)}`")
            self._listings[index] = tuple(_files(response))
        return self._listings[index]

    def _measured(self, file: DistributionFile) -> DistributionFile:
        """Add size and sha256 to a file of this machine whose page says neither."""
        if file.sha256 is not None or not file.url.startswith("file:"):
            return file
        content = self._http.get(file.url, limit=self._limits.file_size).body
        digest = hashlib.sha256(content).hexdigest()
        return msgspec.structs.replace(file, sha256=digest, size=len(content))

    def _cached(self, path: PurePath) -> CachedPage | None:
        try:
            return _decoder.decode(self._files.read(path))
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def is_fresh(self, index: str, name: str) -> bool:
        """Whether the cache can answer without asking the index."""
        if index.startswith("file:"):
            return True
        cached = self._cached(self._path(page_url(index, name)))
        return cached is not None and self._is_fresh(cached)

    def _is_fresh(self, cached: CachedPage) -> bool:
        age = self._clock() - cached.read
        return 0 <= age < cached.fresh

    def _path(self, url: str) -> PurePath:
        key = hashlib.sha256(without_credentials(url).encode()).hexdigest()
        return self._folder / f"{key}.msgpack"


def page_url(index: str, name: str) -> str:
    """Return the URL of a distribution's page on an index."""
    return f"{index.rstrip('/')}/{quote(name, safe='')}/"


def _files(response: HttpResponse) -> Iterable[DistributionFile]:
    if response.status in _ABSENT:
        return ()
    if response.status != _OK:
        hints = ("check the credentials of this index",)
        raise NetworkError(
            f"`{shown(response.url)}` answers {response.status}",
            hints=hints if response.status in _UNAUTHORISED else (),
        )
    return parse_page(response.body, response.headers.get("content-type", ""), response.url)


def _conditions(cached: CachedPage | None) -> dict[str, str]:
    if cached is None:
        return {}
    pairs = {"If-None-Match": cached.etag, "If-Modified-Since": cached.last_modified}
    return {name: value for name, value in pairs.items() if value}


def _freshness(response: HttpResponse, otherwise: float) -> float:
    directives = response.headers.get("cache-control", "").lower()
    if not directives:
        return otherwise
    if "no-cache" in directives or "no-store" in directives:
        return 0.0
    found = re.search(r"max-age=(\d{1,9})", directives)
    age = response.headers.get("age", "")
    spent = float(age) if age.isascii() and age.isdigit() else 0.0
    return max(0.0, float(found[1]) - spent) if found else 0.0
