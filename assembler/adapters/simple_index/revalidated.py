"""Pages from the cache while they are fresh, revalidated or fetched when they are not."""

import hashlib
from collections.abc import Callable
from pathlib import PurePath
from typing import Generic, Protocol, TypeVar

import msgspec

from assembler.adapters.simple_index.kept import (
    KeptPage,
    PageHeader,
    Part,
    in_file,
    in_memory,
    keep,
    kept,
    packed,
)
from assembler.adapters.simple_index.settings import IndexSettings
from assembler.errors import OfflineError
from assembler.model.url import without_credentials
from assembler.ports import Files, FileState
from assembler.transport import Http, HttpResponse, within

_NOT_MODIFIED = 304
Noun = TypeVar("Noun")


class Form(Protocol[Noun]):
    """How what matters of a page stands in the cache."""

    def packed(self, page: Noun) -> bytes:
        """Encode it."""

    def opened(self, part: Part) -> Noun | None:
        """Read it, as far as it must be; `None` if it is damaged."""


class FoundPage(msgspec.Struct, Generic[Noun], frozen=True):
    """A page, when it was read, and the state of the file that the cache has of it."""

    page: Noun
    header: PageHeader
    state: FileState | None


class RevalidatedPages(Generic[Noun]):
    """Pages by URL in one folder of the cache, reduced to what matters of them."""

    def __init__(
        self, http: Http, files: Files, settings: IndexSettings, folder: str, form: Form[Noun]
    ) -> None:
        self._http = http
        self._files = files
        self._settings = settings
        self._folder = settings.cache / folder
        self._form = form

    def page(self, url: str, called: str, read: Callable[[HttpResponse], Noun]) -> FoundPage[Noun]:
        """Return what `read` makes of the page at a URL; messages name it as it is `called`."""
        state = self.state(url)
        known = self._kept(self._path(url)) if state else None
        if known and self.counts(known.header):
            page = self._form.opened(known.body)
            if page is not None:
                return FoundPage(page, known.header, state)
        return self._revalidated(url, called, read)

    def new_page(
        self, url: str, called: str, read: Callable[[HttpResponse], Noun]
    ) -> FoundPage[Noun]:
        """Return the same of the page as the index has it, whatever the cache has."""
        now, response = self._settings.clock(), self._asked(url, called, {})
        page = read(response)
        return self._keep(url, _header(response, now), page, self._form.packed(page))

    def state(self, url: str) -> FileState | None:
        """Tell the state of the file that the cache has of a page, `None` if there is none."""
        return self._files.state(self._path(url))

    def counts(self, header: PageHeader) -> bool:
        """Whether a page of the cache needs no question."""
        return self._settings.offline or header.is_fresh(self._settings.clock())

    def needs_network(self, url: str) -> bool:
        """Whether somebody must be asked, because the cache has no fresh page."""
        if self._settings.offline:
            return False
        known = self._kept(self._path(url))
        return known is None or not self.counts(known.header)

    def _revalidated(
        self, url: str, called: str, read: Callable[[HttpResponse], Noun]
    ) -> FoundPage[Noun]:
        from assembler.adapters.simple_index.answers import (  # noqa: PLC0415 - loads HTML parsers
            freshness,
        )

        content = self._whole(self._path(url))
        known = kept(in_memory(content))
        page = self._form.opened(known.body) if known else None
        if known is None or page is None:
            return self.new_page(url, called, read)
        header, now = known.header, self._settings.clock()
        response = self._asked(url, called, _conditions(header))
        if response.status == _NOT_MODIFIED:
            fresh = freshness(response, otherwise=header.fresh)
            header = msgspec.structs.replace(header, read=now, fresh=fresh)
            return self._keep(url, header, page, known.body(0, len(content)))
        page = read(response)
        return self._keep(url, _header(response, now), page, self._form.packed(page))

    def _asked(self, url: str, called: str, conditions: dict[str, str]) -> HttpResponse:
        if self._settings.offline:
            raise OfflineError([called])
        from assembler.adapters.simple_index.page import (  # noqa: PLC0415 - loads HTML parsers
            ACCEPT,
        )

        limits, headers = self._settings.limits, {"Accept": ACCEPT, **conditions}
        with within(limits, "page_size"):
            return self._http.get(url, headers=headers, limit=limits.page_size)

    def _keep(self, url: str, header: PageHeader, page: Noun, body: bytes) -> FoundPage[Noun]:
        state = keep(self._files, self._path(url), packed(header, body))
        return FoundPage(page, header, state)

    def _kept(self, path: PurePath) -> KeptPage | None:
        try:
            return kept(in_file(self._files, path))
        except FileNotFoundError:
            return None

    def _whole(self, path: PurePath) -> bytes:
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
