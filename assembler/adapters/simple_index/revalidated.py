"""Pages from the cache while they are fresh, revalidated or fetched when they are not."""

import hashlib
from collections.abc import Callable
from pathlib import PurePath
from typing import Generic, TypeVar

import msgspec

from assembler.adapters.simple_index.kept import PageHeader, header_of, keep, packed, page_of
from assembler.adapters.simple_index.settings import IndexSettings
from assembler.errors import OfflineError
from assembler.model.url import without_credentials
from assembler.ports import Files
from assembler.transport import Http, HttpResponse, within

_NOT_MODIFIED = 304
Noun = TypeVar("Noun")


class RevalidatedPages(Generic[Noun]):
    """Pages by URL in one folder of the cache, reduced to what matters of them."""

    def __init__(
        self,
        http: Http,
        files: Files,
        settings: IndexSettings,
        folder: str,
        decoder: msgspec.msgpack.Decoder[Noun],
    ) -> None:
        self._http = http
        self._files = files
        self._settings = settings
        self._folder = settings.cache / folder
        self._decoder = decoder

    def page(self, url: str, called: str, read: Callable[[HttpResponse], Noun]) -> Noun:
        """Return what `read` makes of the page at a URL; messages name it as it is `called`."""
        path = self._path(url)
        content = self._kept(path)
        header, page = header_of(content), page_of(content, self._decoder)
        if header is None or page is None:
            if self._settings.offline:
                raise OfflineError([called])
            header, page = self._fetched(url, read)
        elif self._settings.offline or header.is_fresh(self._settings.clock()):
            return page
        else:
            header, page = self._revalidated(url, read, header, page)
        keep(self._files, path, packed(header, page))
        return page

    def needs_network(self, url: str) -> bool:
        """Whether somebody must be asked, because the cache has no fresh page."""
        if self._settings.offline:
            return False
        header = header_of(self._kept(self._path(url)))
        return header is None or not header.is_fresh(self._settings.clock())

    def _fetched(self, url: str, read: Callable[[HttpResponse], Noun]) -> tuple[PageHeader, Noun]:
        now, response = self._settings.clock(), self._asked(url, {})
        return _header(response, now), read(response)

    def _revalidated(
        self, url: str, read: Callable[[HttpResponse], Noun], known: PageHeader, page: Noun
    ) -> tuple[PageHeader, Noun]:
        from assembler.adapters.simple_index.answers import (  # noqa: PLC0415 - loads HTML parsers
            freshness,
        )

        now, response = self._settings.clock(), self._asked(url, _conditions(known))
        if response.status == _NOT_MODIFIED:
            fresh = freshness(response, otherwise=known.fresh)
            return msgspec.structs.replace(known, read=now, fresh=fresh), page
        return _header(response, now), read(response)

    def _asked(self, url: str, conditions: dict[str, str]) -> HttpResponse:
        from assembler.adapters.simple_index.page import (  # noqa: PLC0415 - loads HTML parsers
            ACCEPT,
        )

        limits, headers = self._settings.limits, {"Accept": ACCEPT, **conditions}
        with within(limits, "page_size"):
            return self._http.get(url, headers=headers, limit=limits.page_size)

    def _kept(self, path: PurePath) -> bytes:
        try:
            return self._files.read(path)
        except FileNotFoundError:
            return b""

    def _path(self, url: str) -> PurePath:
        key = hashlib.sha256(without_credentials(url).encode()).hexdigest()
        return self._folder / f"{key}.msgpack"


def _header(response: HttpResponse, now: float) -> PageHeader:
    from assembler.adapters.simple_index.answers import (  # noqa: PLC0415 - loads HTML parsers
        freshness,
    )

    return PageHeader(
        read=now,
        fresh=freshness(response),
        etag=response.headers.get("etag", ""),
        last_modified=response.headers.get("last-modified", ""),
    )


def _conditions(known: PageHeader) -> dict[str, str]:
    pairs = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in pairs.items() if value}
