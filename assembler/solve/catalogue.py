"""What the indexes and the project offer, read once for all programs and targets."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter

import msgspec
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from assembler.errors import NetworkError
from assembler.model.distribution import (
    CoreMetadata,
    DistributionFile,
    ProjectStatus,
    Release,
    Releases,
)
from assembler.model.project import IndexRoute
from assembler.model.sources import ArchiveSource
from assembler.model.target import Target
from assembler.ports import Index, MetadataUnknown
from assembler.solve.question import OwnDistribution
from assembler.solve.routes import Routes

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Entry(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """One version of a distribution; there is one entry a version, so identity is equality.

    `text` is the version as the index or the source tree spells it, `positions` are those of its
    releases on the `page`, which are read when they are asked for.
    """

    name: str
    version: Version
    text: str
    index: str | None = None
    page: Sequence[Release] = ()
    positions: tuple[int, ...] = ()
    own: OwnDistribution | None = None
    prerelease: bool = False

    @property
    def releases(self) -> tuple[Release, ...]:
        """Its releases: one, unless the index spells the version in several ways."""
        return tuple(self.page[position] for position in self.positions)

    @property
    def has_yanked(self) -> bool:
        """Whether any of its files is yanked."""
        return any(
            file.yanked is not None
            for release in self.releases
            for file in (*release.wheels, *((release.sdist,) if release.sdist else ()))
        )


class Entries:
    """The versions of a distribution, newest first, parsed as far as they are asked for."""

    def __init__(self, entries: Iterator[Entry]) -> None:
        self._parsed: list[Entry] = []
        self._rest = entries

    def __iter__(self) -> Iterator[Entry]:
        position = 0
        while True:
            if position == len(self._parsed):
                following = next(self._rest, None)
                if following is None:
                    return
                self._parsed.append(following)
            yield self._parsed[position]
            position += 1


class Page(msgspec.Struct, frozen=True, eq=False):
    """All versions of one distribution, newest first, and where they come from."""

    name: str
    index: str | None
    entries: Entries
    status: ProjectStatus | None = None

    @property
    def newest(self) -> Entry | None:
        """The newest version, if there is any."""
        return next(iter(self.entries), None)

    @property
    def own(self) -> Entry | None:
        """The only entry, if the distribution is the project's own."""
        return self.newest if self.index is None else None

    def entry(self, version: str) -> Entry | None:
        """The entry of a version, if there is one."""
        wanted = Version(version)
        return next((entry for entry in self.entries if entry.version == wanted), None)


class Unreadable(msgspec.Struct, frozen=True):
    """Metadata that can't be used, and why."""

    reason: str


class _Known(msgspec.Struct, frozen=True, eq=False):
    """What was asked so far: pages by index and name, metadata and files announced by URL."""

    pages: dict[tuple[str, str], Page] = {}
    metadata: dict[str, CoreMetadata | Unreadable] = {}
    announced: set[str] = set()


class Catalogue:
    """Pages and metadata, asked of the index once each."""

    def __init__(
        self,
        index: Index,
        routes: Routes,
        own: Mapping[str, OwnDistribution],
        known: _Known | None = None,
    ) -> None:
        self._index = index
        self._routes = routes
        self._own = own
        self._known = known or _Known()
        self._pages: dict[str, Page] = {}
        self._announced: set[str] = set()
        self.unreached = ""

    def on(self, target: Target) -> "Catalogue":
        """The catalogue as a target sees it; what was asked is shared."""
        routes = self._routes.on(target)
        if routes is self._routes:
            return self
        return Catalogue(self._index, routes, self._own, self._known)

    def route(self, name: str) -> IndexRoute:
        """The index that a normalised name comes from."""
        return self._routes.index(name)

    def own(self, name: str) -> Entry | None:
        """The only version of a distribution of the project's own; nobody is asked."""
        return self.page(name).own if name in self._own else None

    def names(self, name: str) -> frozenset[str]:
        """The names that are known to be there, without asking for the pages of any.

        Those whose pages were read, the project's own, and all that the index of this name lists on
        one page.
        """
        read = {name for (_, name), page in self._known.pages.items() if page.newest}
        return frozenset({*read, *self._own, *self._index.names(self._routes.index(name).url)})

    def page(self, name: str) -> Page:
        """The page of a normalised name; without entries if the index does not know it."""
        found = self._pages.get(name)
        if found is None:
            found = self._pages[name] = self._own_page(name) or self._index_page(name)
        return found

    def metadata(self, entry: Entry, file: DistributionFile | None) -> CoreMetadata | Unreadable:
        """The core metadata of a version, as the file that would be used says it."""
        if entry.own:
            return entry.own.metadata
        if file is None:
            return Unreadable("has no file")
        metadata = self._known.metadata
        found = metadata.get(file.url)
        if found is None:
            found = metadata[file.url] = self._read(entry, file)
        return found

    def anticipate(self, names: Iterable[str]) -> None:
        """Let the index fetch the pages of names that are new."""
        new = [name for name in names if name not in self._announced]
        self._announced.update(new)
        wanted = [
            (self._routes.index(name).url, name)
            for name in new
            if name not in self._own and name not in self._pages
        ]
        if wanted:
            self._index.anticipate(wanted)

    def anticipate_metadata(self, files: Sequence[DistributionFile]) -> None:
        """Let the index fetch the metadata of files that are new."""
        announced, metadata = self._known.announced, self._known.metadata
        new = [file for file in files if file.url not in announced and file.url not in metadata]
        if new:
            announced.update(file.url for file in new)
            self._index.anticipate_metadata(new, self._anticipate_needs)

    def _anticipate_needs(self, metadata: CoreMetadata) -> None:
        """Let the index fetch the pages that metadata surely needs, before it is asked for."""
        self.anticipate(
            canonicalize_name(found[0])
            for text in metadata.requires_dist
            if ";" not in text and (found := _NAME.match(text))
        )

    @contextmanager
    def _noting(self, name: str) -> Iterator[None]:
        """Note the distribution if its index can't be reached."""
        try:
            yield
        except NetworkError:
            self.unreached = name
            raise

    def _own_page(self, name: str) -> Page | None:
        own = self._own.get(name)
        if own is None:
            return None
        version = Version(own.version)
        page = _own_releases(own)
        entry = Entry(
            name=name,
            version=version,
            text=own.version,
            page=page,
            positions=tuple(range(len(page))),
            own=own,
        )
        return Page(name, None, Entries(iter((entry,))))

    def _index_page(self, name: str) -> Page:
        url, pages = self._routes.index(name).url, self._known.pages
        if (url, name) not in pages:
            with self._noting(name):
                releases = self._index.releases(url, name)
            entries = Entries(_entries(name, url, releases))
            pages[url, name] = Page(name, url, entries, releases.status)
        return pages[url, name]

    def _read(self, entry: Entry, file: DistributionFile) -> CoreMetadata | Unreadable:
        try:
            with self._noting(entry.name):
                metadata = self._index.metadata(file)
        except MetadataUnknown:
            return Unreadable("is an sdist whose metadata only a build tells")
        try:
            same = metadata.version == entry.text or Version(metadata.version) == entry.version
        except InvalidVersion:
            same = False
        if not same or canonicalize_name(metadata.name) != entry.name:
            return Unreadable(f"has metadata of `{metadata.name} {metadata.version}`")
        return metadata


def _own_releases(own: OwnDistribution) -> tuple[Release, ...]:
    """The wheels that the sources name, if they name any."""
    sources = [wheel.source for wheel in own.wheels]
    if isinstance(own.fixed, ArchiveSource) and own.fixed.filename.endswith(".whl"):
        sources = sources or [own.fixed]
    files = (DistributionFile(filename=one.filename, url=one.place) for one in sources)
    return (Release(version=own.version, wheels=tuple(files)),) if sources else ()


def _entries(name: str, index: str, page: Releases) -> Iterator[Entry]:
    """One entry a version; spellings of one version (`1.0`, `1.0.0`) stand together."""
    for version, same in groupby(_versions(page), key=itemgetter(0)):
        positions = [position for _, position in same]
        if positions[1:]:
            positions.sort(key=lambda position: (page.versions[position], position))
        yield Entry(
            name=name,
            version=version,
            text=page.versions[positions[0]],
            index=index,
            page=page.releases,
            positions=tuple(positions),
            prerelease=version.is_prerelease,
        )


def _versions(page: Releases) -> Iterator[tuple[Version, int]]:
    """The versions, parsed, with their positions on the page."""
    for position, text in enumerate(page.versions):
        try:
            yield Version(text), position
        except InvalidVersion:
            continue
