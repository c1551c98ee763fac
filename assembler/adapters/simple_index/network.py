"""The pages of distributions on the network, of which the cache keeps what matters."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from assembler.adapters.simple_index.kept import Part
from assembler.adapters.simple_index.recent import Recent, RecentPage, stamp_of
from assembler.adapters.simple_index.revalidated import FoundPage, RevalidatedPages
from assembler.adapters.simple_index.settings import IndexSettings
from assembler.adapters.simple_index.sliced import SlicedPage, opened
from assembler.model.distribution import Releases
from assembler.model.url import shown, without_credentials
from assembler.ports import Files
from assembler.transport import Http, HttpResponse

if TYPE_CHECKING:
    from assembler.adapters.simple_index.grouped import LazyReleases

_FOLDER = "pages-4"


class _Sliced:
    """How the files of a distribution stand in the cache: those of each version by themselves."""

    def packed(self, page: SlicedPage) -> bytes:
        """Encode a page."""
        return page.packed()

    def opened(self, part: Part) -> SlicedPage | None:
        """Read the head of a page; `None` if it is damaged."""
        return opened(part)


class _Looked(msgspec.Struct, frozen=True):
    """What was looked at of a page: ever more of its releases, of which some were remembered."""

    url: str
    page: RecentPage
    releases: "LazyReleases"
    remembered: int


class NetworkPages:
    """The pages of distributions on indexes, each with the releases that it lists."""

    def __init__(self, http: Http, files: Files, settings: IndexSettings, recent: Recent) -> None:
        self._pages = RevalidatedPages(http, files, settings, _FOLDER, _Sliced())
        self._recent = recent
        self._remembrances: dict[str, RecentPage | None] = {}
        self._looked: list[_Looked] = []

    def releases(self, index: str, name: str) -> Releases:
        """Return the releases of a distribution on an index."""
        url = page_url(index, name)
        remembered = self._remembered(url)
        if remembered:
            return self._releases(index, name, remembered)
        found = self._opened(index, name)
        page = RecentPage(
            stamp=stamp_of(found.state),
            header=found.header,
            versions=found.page.head.versions,
            status=found.page.head.status,
        )
        return self._releases(index, name, page, found.page)

    def needs_network(self, index: str, name: str) -> bool:
        """Whether the index must be asked, because the cache has no fresh page."""
        url = page_url(index, name)
        return self._remembered(url) is None and self._pages.needs_network(url)

    def looked_at(self) -> Mapping[str, RecentPage]:
        """Return the pages of which more was looked at than is remembered, by URL."""
        return {
            looked.url: replace(looked.page, releases=dict(looked.releases.known))
            for looked in self._looked
            if len(looked.releases.known) > looked.remembered
        }

    def _releases(self, index: str, name: str, page: RecentPage, *first: SlicedPage) -> Releases:
        from assembler.adapters.simple_index.grouped import (  # noqa: PLC0415 - loads packaging
            LazyReleases,
        )

        def slices() -> Iterator[SlicedPage]:
            yield from first
            yield self._opened(index, name).page
            yield self._opened(index, name, anew=True).page

        releases = LazyReleases(page.versions, name, slices, page.releases)
        remembered = -1 if first else len(page.releases)
        url = without_credentials(page_url(index, name))
        self._looked.append(_Looked(url, page, releases, remembered))
        return Releases(
            name=name,
            index=without_credentials(index),
            versions=page.versions,
            releases=releases,
            status=page.status,
        )

    def _remembered(self, url: str) -> RecentPage | None:
        """What is remembered of a page that needs no question, looked up once."""
        if url not in self._remembrances:
            page = self._recent.page(without_credentials(url), self._pages.state(url))
            counts = page is not None and self._pages.counts(page.header)
            self._remembrances[url] = page if counts else None
        return self._remembrances[url]

    def _opened(self, index: str, name: str, *, anew: bool = False) -> FoundPage[SlicedPage]:
        """The page in the cache, or from the index if need be; `anew` whatever the cache has."""

        def read(response: HttpResponse) -> SlicedPage:
            from assembler.adapters.simple_index.answers import (  # noqa: PLC0415 - only if asked
                listing_of,
            )
            from assembler.adapters.simple_index.grouped import (  # noqa: PLC0415 - loads packaging
                grouped,
            )

            return grouped(listing_of(response), name)

        opened = self._pages.new_page if anew else self._pages.page
        return opened(page_url(index, name), f"the page of `{name}` on `{shown(index)}`", read)


@lru_cache(maxsize=4096)
def page_url(index: str, name: str) -> str:
    """Return the URL of a distribution's page on an index."""
    return f"{index.rstrip('/')}/{quote(name, safe='')}/"
