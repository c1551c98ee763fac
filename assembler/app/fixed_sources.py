"""Archives and commits that `[sources]` names, found and pinned: what a solve knows of them."""

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import assert_never

import msgspec

from assembler.app.own_archives import OwnArchive
from assembler.app.services import Services
from assembler.errors import AssemblerError, ConfigurationError
from assembler.lock.builds import group_of
from assembler.model.distribution import CoreMetadata, DistributionFile
from assembler.model.lock import Lock, LockedArtifact
from assembler.model.names import normalised_name
from assembler.model.project import Project
from assembler.model.resolution import Pin
from assembler.model.sources import (
    ArchiveInput,
    ArchiveSource,
    FixedSource,
    RepositorySource,
    SourceRepository,
)
from assembler.model.url import file_url
from assembler.origin import Origin
from assembler.ports import BuildRequest
from assembler.solve.question import OwnDistribution, OwnWheel


class FixedSources:
    """Pins archives and commits; those of an earlier lock are kept while they answer.

    `before` is that lock, `kept` tells whether the pin of a name may be kept, `metadata` that of a
    source (for the dependency group of its build requirements).
    """

    def __init__(
        self,
        project: Project,
        services: Services,
        metadata: Callable[[BuildRequest, str], CoreMetadata],
        before: Lock | None,
        kept: Callable[[str], bool],
    ) -> None:
        self._folder = project.folder
        self._services = services
        self._metadata = metadata
        self._python = project.python
        self._before = _pins(before) if before else {}
        self._kept = kept

    def archive(self, archive: OwnArchive) -> OwnDistribution:
        """An archive, downloaded if its hash or metadata is not known yet."""
        if archive.input.further:
            return self._wheels(archive)
        source = self._archive_before(archive) or self._found(archive)
        if source.filename.endswith(".whl"):
            metadata = self._metadata_of_wheel(source)
        else:
            path = archive_path(source, self._folder, self._services)
            metadata = self._built(archive.name, path)
        return _own(archive.name, metadata, source, archive.origin)

    def _wheels(self, archive: OwnArchive) -> OwnDistribution:
        """Several wheels of one version, for different machines."""
        found: list[OwnWheel] = []
        for place, sha256 in archive.input.files:
            only = ArchiveInput(place=place, sha256=sha256)
            source = self._found(msgspec.structs.replace(archive, input=only))
            metadata = self._metadata_of_wheel(source)
            _own(archive.name, metadata, source, archive.origin)
            found.append(OwnWheel(source=source, metadata=metadata))
        first = found[0]
        made = _own(archive.name, first.metadata, first.source, archive.origin)
        return msgspec.structs.replace(made, wheels=tuple(found))

    def _metadata_of_wheel(self, source: ArchiveSource) -> CoreMetadata:
        path = archive_path(source, self._folder, self._services)
        file = DistributionFile(
            filename=source.filename, url=file_url(path), sha256=source.sha256, size=source.size
        )
        return self._services.index.metadata(file)

    def repository(self, repository: SourceRepository) -> OwnDistribution:
        """A commit of a repository: the locked one, or the one that its revision is now."""
        source = self._commit_before(repository) or self._resolved(repository)
        folder = commit_folder(source, self._services)
        if self._services.files.state(folder) is None:
            raise ConfigurationError(
                f"`{source.url}` has no folder `{source.subdirectory}` at {source.commit[:12]}",
                origin=repository.origin,
            )
        return _own(
            repository.name, self._built(repository.name, folder), source, repository.origin
        )

    def _archive_before(self, archive: OwnArchive) -> ArchiveSource | None:
        before = self._before.get(archive.name)
        asked = archive.input
        if isinstance(before, ArchiveSource) and self._kept(archive.name):
            same = before.place == asked.place and asked.sha256 in {"", before.sha256}
            return before if same else None
        return None

    def _found(self, archive: OwnArchive) -> ArchiveSource:
        place, sha256 = archive.input.place, archive.input.sha256 or None
        url = file_url(self._folder / place) if archive.local else place
        artifact = self._services.artifacts.lock(url, sha256)
        return ArchiveSource(
            url=None if archive.local else place,
            path=place if archive.local else None,
            sha256=artifact.sha256,
            size=artifact.size,
        )

    def _commit_before(self, repository: SourceRepository) -> RepositorySource | None:
        before = self._before.get(repository.name)
        if not isinstance(before, RepositorySource) or not self._kept(repository.name):
            return None
        asked = (repository.url, repository.rev, repository.subdirectory)
        return before if (before.url, before.rev, before.subdirectory) == asked else None

    def _resolved(self, repository: SourceRepository) -> RepositorySource:
        try:
            commit = self._services.repositories.resolve(repository.url, repository.rev)
        except AssemblerError as error:
            error.origin = error.origin or repository.origin
            raise
        return RepositorySource(
            url=repository.url,
            commit=commit,
            rev=repository.rev,
            subdirectory=repository.subdirectory,
        )

    def _built(self, name: str, source: PurePath) -> CoreMetadata:
        python = self._services.interpreters.find(self._python)
        request = BuildRequest(name=name, source=str(source), python=python)
        return self._metadata(request, group_of(name, None, python.minor))


def archive_path(source: ArchiveSource, folder: PurePath, services: Services) -> PurePath:
    """The archive in the cache; `folder` is that of the lock."""
    url = source.url or file_url(folder / source.place)
    artifact = LockedArtifact(url=url, sha256=source.sha256, size=source.size)
    return services.artifacts.fetch(artifact)


def commit_folder(source: RepositorySource, services: Services) -> PurePath:
    """The folder of a commit that is built."""
    return services.repositories.checkout(source.url, source.commit) / source.subdirectory


def source_of(source: FixedSource, folder: PurePath, services: Services) -> PurePath:
    """What is built, or installed, of an archive or a commit."""
    match source:
        case ArchiveSource():
            return archive_path(source, folder, services)
        case RepositorySource():
            return commit_folder(source, services)
        case _:
            assert_never(source)


def _pins(lock: Lock) -> Mapping[str, FixedSource]:
    pins: list[Pin] = [pin for pins in lock.cells.values() for pin in pins]
    return {pin.name: pin.fixed for pin in pins if pin.fixed}


def _own(name: str, metadata: CoreMetadata, source: FixedSource, origin: Origin) -> OwnDistribution:
    if normalised_name(metadata.name) != name:
        place = source.place if isinstance(source, ArchiveSource) else source.url
        message = f"`{place}` is `{normalised_name(metadata.name)}`, not `{name}`"
        raise ConfigurationError(message, origin=origin)
    return OwnDistribution(name=name, version=metadata.version, metadata=metadata, fixed=source)
