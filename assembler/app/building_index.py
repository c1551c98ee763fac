"""An index that builds what only building can tell: the metadata of a dynamic sdist."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from assembler.model.distribution import CoreMetadata, DistributionFile, Releases
from assembler.model.target import Interpreter
from assembler.ports import Artifacts, BuildRequest, Index, MetadataUnknown

Metadata: TypeAlias = Callable[[BuildRequest], CoreMetadata]
"""Asks the back end of an sdist for its core metadata."""


class BuildingIndex:
    """The `Index` port over another index; the solver asks only for sdists that may be built."""

    def __init__(
        self,
        index: Index,
        artifacts: Artifacts,
        metadata: Metadata,
        python: Callable[[], Interpreter],
    ) -> None:
        self._index = index
        self._artifacts = artifacts
        self._metadata = metadata
        self._python = python

    def releases(self, index: str, name: str) -> Releases:
        """The releases of a distribution."""
        return self._index.releases(index, name)

    def metadata(self, file: DistributionFile) -> CoreMetadata:
        """The core metadata of a file, built if its metadata is dynamic."""
        try:
            return self._index.metadata(file)
        except MetadataUnknown:
            artifact = self._artifacts.lock(file.url, file.sha256)
            request = BuildRequest(
                name=file.filename,
                source=str(self._artifacts.fetch(artifact)),
                python=self._python(),
            )
            return self._metadata(request)

    def anticipate(self, names: Sequence[tuple[str, str]]) -> None:
        """Start to fetch pages."""
        self._index.anticipate(names)

    def anticipate_metadata(
        self, files: Sequence[DistributionFile], then: Callable[[CoreMetadata], None]
    ) -> None:
        """Start to fetch metadata."""
        self._index.anticipate_metadata(files, then)
