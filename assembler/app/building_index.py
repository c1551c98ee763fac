"""An index that builds what only building can tell: the metadata of a dynamic sdist."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, TypeAlias

from assembler.errors import AssemblerError
from assembler.model.distribution import CoreMetadata, DistributionFile, Releases
from assembler.ports import Index, MetadataUnknown

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

Metadata: TypeAlias = Callable[[DistributionFile], CoreMetadata]
"""Asks the back end of an sdist for its core metadata."""

_WAITING = 16


class BuildingIndex:
    """The `Index` port over another index; the solver asks only for sdists that may be built.

    Each sdist is built once. What is anticipated is built by other threads, `jobs` at a time; what
    the solver asks for never waits for these.
    """

    def __init__(self, index: Index, built: Metadata, jobs: int) -> None:
        self._index = index
        self._build = built
        self._threads: ThreadPoolExecutor | None = None
        self._turns = BoundedSemaphore(jobs)
        self._built: dict[str, Future[CoreMetadata]] = {}
        self._lock = Lock()

    def releases(self, index: str, name: str) -> Releases:
        """The releases of a distribution."""
        return self._index.releases(index, name)

    def metadata(self, file: DistributionFile) -> CoreMetadata:
        """The core metadata of a file, built if its metadata is dynamic."""
        try:
            return self._index.metadata(file)
        except MetadataUnknown:
            return self._once(file)

    def names(self, index: str) -> tuple[str, ...]:
        """The names that an index lists."""
        return self._index.names(index)

    def anticipate(self, names: Sequence[tuple[str, str]]) -> None:
        """Start to fetch pages."""
        self._index.anticipate(names)

    def anticipate_metadata(
        self, files: Sequence[DistributionFile], then: Callable[[CoreMetadata], None]
    ) -> None:
        """Start to fetch metadata, and to build what only building can tell."""
        wheels = [file for file in files if file.filename.endswith(".whl")]
        self._index.anticipate_metadata(wheels, then)
        for file in files:
            if file not in wheels:
                self._opened().submit(self._ahead, file, then)

    def close(self) -> None:
        """Drop what is only anticipated, without waiting for what is being built."""
        if self._threads:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _opened(self) -> "ThreadPoolExecutor":
        """The threads that build ahead, which most locks have no work for."""
        with self._lock:
            if self._threads is None:
                from concurrent.futures import (  # noqa: PLC0415 - 2 ms
                    ThreadPoolExecutor,
                )

                self._threads = ThreadPoolExecutor(_WAITING, thread_name_prefix="sdists")
            return self._threads

    def _ahead(self, file: DistributionFile, then: Callable[[CoreMetadata], None]) -> None:
        """Find out metadata early; a failure is told to whoever asks for it."""
        with suppress(AssemblerError, MetadataUnknown):
            try:
                then(self._index.metadata(file))
            except MetadataUnknown:
                with self._turns:
                    then(self._once(file))

    def _once(self, file: DistributionFile) -> CoreMetadata:
        """The result of building, which whoever comes first does."""
        from concurrent.futures import Future  # noqa: PLC0415 - 2 ms

        with self._lock:
            known = self._built.get(file.url)
            future = known or self._built.setdefault(file.url, Future())
        if known is None:
            try:
                future.set_result(self._build(file))
            except BaseException as error:  # noqa: BLE001 - handed to whoever asks
                future.set_exception(error)
        return future.result()
