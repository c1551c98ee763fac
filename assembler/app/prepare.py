"""From a lock to wheels in the cache: fetched, verified, built, unpacked, compiled."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import PurePath

import msgspec
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from assembler.app.services import Services
from assembler.lock.selection import select
from assembler.model.distribution import DistributionFile, StoredWheel
from assembler.model.lock import Lock, LockedArtifact, Selected
from assembler.model.resolution import ProgramRequest, TreeSource
from assembler.model.target import Interpreter, Target
from assembler.plan.environment import layout
from assembler.ports import Builder, BuildRequest
from assembler.recipe import WheelSet


class Wanted(msgspec.Struct, frozen=True):
    """One selected distribution, for one Python."""

    selected: Selected
    python: Interpreter


class Preparation:
    """Prepares the programs of one lock for one target."""

    def __init__(
        self,
        services: Services,
        builder: Builder,
        folder: PurePath,
        *,
        editable: bool,
    ) -> None:
        self._services = services
        self._builder = builder
        self._folder = folder
        self._editable = editable

    def wheel_sets(
        self, programs: Sequence[ProgramRequest], lock: Lock, target: Target
    ) -> Mapping[str, WheelSet]:
        """Prepare these programs. Raises what fetching, unpacking and building raise.

        Work that programs share is done once.
        """
        wanted = {program.name: self._wanted(program, lock, target) for program in programs}
        stored = self._stored({each for wheels in wanted.values() for each in wheels})
        return {
            program.name: self._wheel_set(
                program, target, [stored[each] for each in wanted[program.name]]
            )
            for program in programs
        }

    def _python(self, program: ProgramRequest, target: Target) -> Interpreter:
        return self._services.interpreters.find(target.python or program.python or "")

    def _wanted(self, program: ProgramRequest, lock: Lock, target: Target) -> tuple[Wanted, ...]:
        python = self._python(program, target)
        selected = select(lock, program.name, target, python.version)
        return tuple(Wanted(each, python) for each in selected)

    def _stored(self, wanted: Iterable[Wanted]) -> dict[Wanted, StoredWheel]:
        ordered = sorted(wanted, key=_largest_first)
        reporter = self._services.reporter
        reporter.phase("unpacking", len(ordered))
        stored: dict[Wanted, StoredWheel] = {}
        with ThreadPoolExecutor(max(self._services.machine.jobs, 2) * 4) as pool:
            downloads = [each for each in ordered if not _built(each)]
            futures = {pool.submit(self._wheel, each): each for each in downloads}
            try:
                for future in as_completed(futures):
                    stored[futures[future]] = future.result()
                    reporter.advance(future.result().key)
            except BaseException:
                _cancel(futures)
                raise
        for each in filter(_built, ordered):
            reporter.phase("building")
            stored[each] = self._build(each)
            reporter.advance(stored[each].key)
        return stored

    def _wheel(self, wanted: Wanted) -> StoredWheel:
        file = wanted.selected.wheel
        if file is None:
            raise AssertionError(wanted.selected.pin.name)
        artifact, store = _artifact(file), self._services.store
        if standing := store.find(file.filename, artifact.sha256, wanted.python):
            return standing
        path = self._services.artifacts.fetch(artifact)
        return store.add(path, artifact.sha256, wanted.python)

    def _build(self, wanted: Wanted) -> StoredWheel:
        request = self._build_request(wanted)
        self._services.reporter.advance(request.name, done=0)
        wheel = self._builder.wheel(request)
        return self._services.store.add(wheel, self._services.files.sha256(wheel), wanted.python)

    def _build_request(self, wanted: Wanted) -> BuildRequest:
        pin, sdist = wanted.selected.pin, wanted.selected.sdist
        if pin.tree is not None:
            return tree_request(
                pin.name, pin.tree, self._folder, wanted.python, editable=self._editable
            )
        if sdist is None:
            raise AssertionError(pin.name)
        source = self._services.artifacts.fetch(_artifact(sdist))
        return BuildRequest(name=pin.name, source=str(source), python=wanted.python)

    def _wheel_set(
        self, program: ProgramRequest, target: Target, wheels: Sequence[StoredWheel]
    ) -> WheelSet:
        python = self._python(program, target)
        ordered = tuple(sorted(wheels, key=lambda wheel: wheel.name))
        contents = [self._services.store.contents(wheel.key) for wheel in ordered]
        requested = {canonicalize_name(Requirement(r.requirement).name) for r in program.roots}
        return WheelSet(
            python=python,
            wheels=ordered,
            links=layout(contents, python.minor),
            requested=frozenset(requested),
        )


def tree_request(
    name: str, tree: TreeSource, folder: PurePath, python: Interpreter, *, editable: bool
) -> BuildRequest:
    """The request to build a source tree of the project."""
    return BuildRequest(
        name=name,
        source=str(folder / tree.path),
        python=python,
        editable=tree.editable and editable,
    )


def _built(wanted: Wanted) -> bool:
    return wanted.selected.wheel is None


def _largest_first(wanted: Wanted) -> tuple[int, str]:
    file = wanted.selected.wheel
    return (-(file.size or 0) if file else 0, wanted.selected.pin.name)


def _artifact(file: DistributionFile) -> LockedArtifact:
    return LockedArtifact(url=file.url, sha256=file.sha256 or "", size=file.size or 0)


def _cancel(futures: Iterable[Future[StoredWheel]]) -> None:
    for future in futures:
        future.cancel()
