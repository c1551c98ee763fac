"""What parts take from elsewhere than an index, locked: downloads and commits of repositories."""

from collections.abc import Callable, Iterator

from assembler.app.declaring import Declared
from assembler.app.lacking import Lacking
from assembler.app.services import Services
from assembler.errors import AssemblerError, raise_all
from assembler.model.lock import Change, Lock, LockedArtifact, LockedRepository
from assembler.model.names import normalised_name
from assembler.model.part import Part
from assembler.model.source_urls import repository_fault, revision_fault
from assembler.model.sources import RepositoryRequest, is_commit
from assembler.recipe import ArtifactRequest, Needs

_SHOWN = 12
"""How many characters of a commit or hash are shown."""


class LockedFiles:
    """Locks what parts ask for; what an earlier lock has stays while it answers.

    `kept` tells whether what a part asks for may be kept, by the part's normalised name. Offline,
    what is lacking is noted in `lacks`.
    """

    def __init__(
        self,
        declared: Declared,
        before: Lock | None,
        kept: Callable[[str], bool],
        services: Services,
        lacks: Lacking,
    ) -> None:
        self._declared = declared
        self._before = before
        self._kept = kept
        self._services = services
        self._lacks = lacks

    def artifacts(self) -> tuple[LockedArtifact, ...]:
        """The downloads of all parts, by URL."""
        before = self._before.artifacts if self._before else ()
        known = {artifact.url: artifact for artifact in before}
        found: dict[str, LockedArtifact] = {}
        for part, request in self._artifact_requests():
            old = known.get(request.url) if self._may_keep(part) else None
            if old is not None and request.sha256 in {None, old.sha256}:
                found.setdefault(request.url, old)
            else:
                with self._lacks.gathering():
                    found[request.url] = self._services.artifacts.lock(request.url, request.sha256)
        return tuple(found[url] for url in sorted(found))

    def repositories(self) -> tuple[LockedRepository, ...]:
        """The commits of all parts, by request."""
        before = self._before.repositories if self._before else ()
        known = {one.request: one for one in before}
        commits = {(one.url, one.rev): one for one in before}
        found: dict[RepositoryRequest, LockedRepository] = {}
        for part, request in self._repository_requests():
            old = known.get(request) or commits.get((request.url, request.rev))
            if not self._may_keep(part):
                old = None
            elif request in found:
                continue
            try:
                with self._lacks.gathering():
                    found[request] = self._locked(part, request, old)
            except AssemblerError as error:
                error.origin = error.origin or part.origin_of("url")
                raise
        return tuple(found[request] for request in sorted(found))

    def _locked(
        self, part: Part, request: RepositoryRequest, old: LockedRepository | None
    ) -> LockedRepository:
        if old is not None and old.request == request:
            return old
        origin = part.origin_of("url")
        faults = [repository_fault(request.url, origin)]
        faults += [revision_fault(request.rev, origin)] if request.rev else []
        raise_all([fault for fault in faults if fault])
        repositories = self._services.repositories
        commit = old.commit if old else repositories.resolve(request.url, request.rev or None)
        return LockedRepository(
            url=request.url,
            rev=request.rev,
            submodules=request.submodules,
            commit=commit,
            modules=repositories.submodules(request.url, commit) if request.submodules else (),
        )

    def _may_keep(self, part: Part) -> bool:
        return self._kept(normalised_name(part.name))

    def _artifact_requests(self) -> Iterator[tuple[Part, ArtifactRequest]]:
        for part in self._declared.parts:
            for request in self._declared.needs[part.name].artifacts:
                yield part, request

    def _repository_requests(self) -> Iterator[tuple[Part, RepositoryRequest]]:
        for part in self._declared.parts:
            for request in self._declared.needs[part.name].repositories:
                yield part, request


def taking(declared: Declared) -> frozenset[str]:
    """The normalised names of the parts that take something from elsewhere than an index."""
    return frozenset(
        normalised_name(name)
        for name, needs in declared.needs.items()
        if needs.artifacts or needs.repositories
    )


def moved(declared: Declared, before: Lock | None, after: Lock) -> tuple[Change, ...]:
    """The commits and downloads of parts that are others now."""
    if before is None:
        return ()
    return tuple(
        change
        for part in declared.parts
        for change in (
            *_moved_commits(part, declared.needs[part.name], before, after),
            *_moved_files(part, declared.needs[part.name], before, after),
        )
    )


def _moved_commits(part: Part, needs: Needs, before: Lock, after: Lock) -> Iterator[Change]:
    old, new = ({one.request: one.commit for one in lock.repositories} for lock in (before, after))
    for request in needs.repositories:
        if old.get(request, new.get(request)) != new.get(request):
            yield _change(part, request.url, old[request], new[request], _because(request))


def _moved_files(part: Part, needs: Needs, before: Lock, after: Lock) -> Iterator[Change]:
    old, new = ({one.url: one.sha256 for one in lock.artifacts} for lock in (before, after))
    for request in needs.artifacts:
        if old.get(request.url, new.get(request.url)) != new.get(request.url):
            yield _change(part, request.url, old[request.url], new[request.url], "")


def _change(part: Part, url: str, before: str, after: str, because: str) -> Change:
    return Change(
        kind="moved",
        program=part.name,
        name=url,
        before=before[:_SHOWN],
        after=after[:_SHOWN],
        because=because,
    )


def _because(request: RepositoryRequest) -> str:
    if not request.rev:
        return "the default branch"
    return f"`{request.rev}`" if not is_commit(request.rev) else ""
