"""The index port over the Simple Repository API."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from assembler.adapters.simple_index.metadata import MetadataReader
from assembler.adapters.simple_index.once import Once
from assembler.adapters.simple_index.pages import Pages
from assembler.adapters.simple_index.recent import Recent
from assembler.adapters.simple_index.settings import IndexSettings
from assembler.errors import AssemblerError
from assembler.model.distribution import CoreMetadata, DistributionFile, Releases
from assembler.ports import Artifacts, Files, MetadataUnknown
from assembler.transport import Http

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor


class SimpleIndex:
    """Package indexes, asked at most once for each page and each file's metadata."""

    def __init__(
        self, http: Http, artifacts: Artifacts, files: Files, settings: IndexSettings
    ) -> None:
        self._recent = Recent(settings.cache, files)
        self._pages = Pages(http, files, settings, self._recent)
        self._reader = MetadataReader(http, artifacts, files, settings, self._recent)
        self._known_pages: Once[tuple[str, str], Releases] = Once()
        self._known_metadata: Once[str, CoreMetadata] = Once()
        self._connections = settings.limits.connections
        self._threads: ThreadPoolExecutor | None = None
        self._lock = Lock()

    def releases(self, index: str, name: str) -> Releases:
        """Return the releases of a distribution on the index with this URL."""
        return self._known_pages.result((index, name), lambda: self._pages.releases(index, name))

    def metadata(self, file: DistributionFile) -> CoreMetadata:
        """Return the core metadata of a wheel, or of an sdist with static metadata."""
        return self._known_metadata.result(file.sha256 or file.url, lambda: self._reader.read(file))

    def names(self, index: str) -> tuple[str, ...]:
        """Return the names on an index that lists them on one page."""
        return self._pages.names(index)

    def anticipate(self, names: Sequence[tuple[str, str]]) -> None:
        """Start to fetch the pages of these (index URL, name) pairs in the background."""
        for index, name in names:
            if (index, name) not in self._known_pages and self._pages.needs_network(index, name):
                self._submit(partial(self.releases, index, name))

    def anticipate_metadata(
        self, files: Sequence[DistributionFile], then: Callable[[CoreMetadata], None]
    ) -> None:
        """Start to fetch the metadata of these files in the background."""
        for file in files:
            key = file.sha256 or file.url
            if key not in self._known_metadata and self._reader.needs_network(file):
                self._submit(partial(self._ahead, file, then))

    def _ahead(self, file: DistributionFile, then: Callable[[CoreMetadata], None]) -> None:
        then(self.metadata(file))

    def _submit(self, work: Callable[[], object]) -> None:
        """Let a thread do work, which nothing needs where the cache has all."""
        with self._lock:
            if self._threads is None:
                from concurrent.futures import (  # noqa: PLC0415 - 2 ms
                    ThreadPoolExecutor,
                )

                self._threads = ThreadPoolExecutor(self._connections, thread_name_prefix="index")
        self._threads.submit(_quietly, work)

    def close(self) -> None:
        """Drop what is only anticipated, wait for what is on its way, remember what was asked."""
        if self._threads:
            self._threads.shutdown(cancel_futures=True)
        self._recent.remember(self._pages.looked_at(), self._reader.looked_at())


def _quietly(work: Callable[[], object]) -> None:
    """Do work whose failure is told to whoever asks for its result."""
    with suppress(AssemblerError, MetadataUnknown):
        work()
