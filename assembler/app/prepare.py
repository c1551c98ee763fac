"""From a lock to wheels in the cache: fetched, verified, built, unpacked, compiled."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from functools import cached_property
from pathlib import PurePath
from threading import BoundedSemaphore

import msgspec
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from assembler.app.fixed_sources import commit_folder
from assembler.app.kept_layouts import KeptLayouts
from assembler.app.kept_promises import KeptPromises, Promise
from assembler.app.lacking import Lacking
from assembler.app.promised import Installed, Promised
from assembler.app.services import Services
from assembler.errors import IntegrityError, StoppedError
from assembler.lock.builds import group_of_pin
from assembler.lock.inputs import excluded
from assembler.lock.selection import Selection, select
from assembler.model.distribution import DistributionFile, Link, StoredWheel
from assembler.model.lock import Lock, LockedArtifact, Selected, artifact
from assembler.model.platforms import marker_environment
from assembler.model.requires_dist import requires_dist
from assembler.model.resolution import Pin, ProgramRequest, TreeSource
from assembler.model.sources import ArchiveSource, RepositorySource
from assembler.model.target import Interpreter, Target
from assembler.model.url import file_url
from assembler.plan.layouts import Layouts
from assembler.ports import Builder, BuildRequest
from assembler.recipe import WheelSet

_AT_ONCE = 32
"""How many wheels are on their way at once; most of them wait for others, or for the disk."""


class Wanted(msgspec.Struct, frozen=True):
    """One selected distribution, for one Python, and the wheels that it is built with."""

    selected: Selected
    python: Interpreter
    build_wheels: tuple[DistributionFile, ...] = ()


class Locks(msgspec.Struct, frozen=True):
    """A lock, and that of its build requirements where anything is built."""

    lock: Lock
    build_lock: Lock | None


class Preparation:
    """Prepares the programs of one lock for one target."""

    def __init__(
        self,
        services: Services,
        new_builder: Callable[[], Builder],
        folder: PurePath,
        *,
        editable: bool,
        bytecode: bool,
    ) -> None:
        self._services = services
        self._new_builder = new_builder
        self._folder = folder
        self._editable = editable
        self._bytecode = bytecode
        self._promised = Promised()
        self._kept = KeptPromises(services.cache, services.files)
        self._layouts: dict[str, Layouts] = {}
        self._required: dict[str, tuple[str, ...]] = {}
        self._ending = False
        self._connections = BoundedSemaphore(max(services.machine.jobs, 2) * 4)

    def wheel_sets(
        self, programs: Sequence[ProgramRequest], locks: Locks, target: Target
    ) -> Mapping[str, WheelSet]:
        """Prepare these programs. Raises what fetching, unpacking and building raise.

        Work that programs share is done once.
        """
        selection = Selection(locks.lock, target)
        wanted = {
            program.name: self._wanted(program, locks, target, selection) for program in programs
        }
        stored = self._stored({each for wheels in wanted.values() for each in wheels})
        for name, some in wanted.items():
            self._check(locks.lock, name, target, {each: stored[each] for each in some})
        return {
            program.name: self._wheel_set(
                program, target, [stored[each] for each in wanted[program.name]]
            )
            for program in programs
        }

    def _check(
        self, lock: Lock, program: str, target: Target, stored: Mapping[Wanted, StoredWheel]
    ) -> None:
        """Check that the wheels of a program require what the lock says."""
        inputs = lock.inputs[program]
        for python in {each.python for each in stored}:
            promise = Promise(
                roots=inputs.requires,
                excluded=tuple(sorted(excluded(inputs))),
                environment=marker_environment(target, python.version),
                wheels=tuple(_promised(each.selected, wheel) for each, wheel in stored.items()),
            )
            if not self._kept.has(promise):
                self._compare(promise, stored)
                self._kept.add(promise)

    def _compare(self, promise: Promise, stored: Mapping[Wanted, StoredWheel]) -> None:
        self._promised.check(
            Installed(
                roots=promise.roots,
                selected=[each.selected for each in stored],
                requires={
                    each.selected.pin.name: self._requires(wheel) for each, wheel in stored.items()
                },
                environment=promise.environment,
                excluded=frozenset(promise.excluded),
            )
        )

    def _requires(self, wheel: StoredWheel) -> tuple[str, ...]:
        if wheel.key not in self._required:
            self._required[wheel.key] = requires_dist(self._services.store.metadata(wheel.key))
        return self._required[wheel.key]

    def _python(self, program: ProgramRequest, target: Target) -> Interpreter:
        return self._services.interpreters.find(target.python or program.python or "")

    def _wanted(
        self, program: ProgramRequest, locks: Locks, target: Target, selection: Selection
    ) -> tuple[Wanted, ...]:
        python = self._python(program, target)
        selected = selection.of(program.name, python.version)
        return tuple(
            Wanted(each, python, _build_wheels(each, program, locks, target, python))
            for each in selected
        )

    @cached_property
    def _builder(self) -> Builder:
        """What builds, made where something is built."""
        return self._new_builder()

    def _stored(self, wanted: Iterable[Wanted]) -> dict[Wanted, StoredWheel]:
        ordered = sorted(wanted, key=_largest_first)
        reporter = self._services.reporter
        reporter.phase("unpacking", len(ordered))
        stored: dict[Wanted, StoredWheel] = {}
        lacks = Lacking()
        for each in ordered:
            if found := self._found(each):
                stored[each] = found
                reporter.advance(found.key)
        downloads = [each for each in ordered if each not in stored and not _built(each)]
        self._fetch(downloads, stored, lacks)
        for each in filter(_built, ordered):
            reporter.phase("building")
            with lacks.gathering():
                stored[each] = self._build(each)
                reporter.advance(each.selected.pin.name)
        lacks.check()
        return stored

    def _found(self, wanted: Wanted) -> StoredWheel | None:
        """The wheel as it stands in the cache already."""
        file = wanted.selected.wheel
        if file is None:
            return None
        sha256 = self._artifact(wanted.selected.pin, file).sha256
        store, bytecode = self._services.store, self._bytecode
        return store.find(file.filename, sha256, wanted.python, bytecode=bytecode)

    def _fetch(
        self, downloads: Sequence[Wanted], stored: dict[Wanted, StoredWheel], lacks: Lacking
    ) -> None:
        """Fetch and unpack wheels, several at once, and note them among what is stored."""
        if not downloads:
            return
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            futures = {pool.submit(self._fetched, each): each for each in _alternating(downloads)}
            try:
                for future in as_completed(futures):
                    with lacks.gathering():
                        stored[futures[future]] = future.result()
                        self._services.reporter.advance(future.result().key)
            except BaseException:
                _cancel(futures)
                self._ending = True
                self._services.store.close()
                self._services.cache_lock.stop_waiting()
                raise

    def _fetched(self, wanted: Wanted) -> StoredWheel:
        file = wanted.selected.wheel
        if file is None:
            raise AssertionError(wanted.selected.pin.name)
        download = self._artifact(wanted.selected.pin, file)
        with self._connections:
            if self._ending:
                raise StoppedError("assembler is ending")
            path = self._services.artifacts.fetch(download)
        python, bytecode = wanted.python, self._bytecode
        return self._services.store.add(path, download.sha256, python, bytecode=bytecode)

    def _build(self, wanted: Wanted) -> StoredWheel:
        request = self._build_request(wanted)
        self._services.reporter.advance(request.name, done=0)
        wheel = self._builder.wheel(request)
        sha256 = self._services.files.sha256(wheel)
        return self._services.store.add(wheel, sha256, wanted.python, bytecode=self._bytecode)

    def _artifact(self, pin: Pin, file: DistributionFile) -> LockedArtifact:
        found = artifact(file)
        if isinstance(pin.fixed, ArchiveSource) and pin.fixed.path is not None:
            return msgspec.structs.replace(found, url=file_url(self._folder / pin.fixed.path))
        return found

    def _build_request(self, wanted: Wanted) -> BuildRequest:
        pin, sdist = wanted.selected.pin, wanted.selected.sdist
        if pin.tree is not None:
            request = tree_request(
                pin.name, pin.tree, self._folder, wanted.python, editable=self._editable
            )
            return msgspec.structs.replace(request, wheels=wanted.build_wheels)
        if isinstance(pin.fixed, RepositorySource):
            source = commit_folder(pin.fixed, self._services)
        elif sdist is not None:
            source = self._services.artifacts.fetch(self._artifact(pin, sdist))
        else:
            raise AssertionError(pin.name)
        return BuildRequest(
            name=pin.name, source=str(source), python=wanted.python, wheels=wanted.build_wheels
        )

    def _wheel_set(
        self, program: ProgramRequest, target: Target, wheels: Sequence[StoredWheel]
    ) -> WheelSet:
        python = self._python(program, target)
        ordered = tuple(sorted(wheels, key=lambda wheel: wheel.name))
        requested = {canonicalize_name(Requirement(r.requirement).name) for r in program.roots}
        return WheelSet(
            python=python,
            wheels=ordered,
            links=self._links(ordered, python.minor),
            requested=frozenset(requested),
        )

    def _links(self, wheels: Sequence[StoredWheel], minor: str) -> tuple[Link, ...]:
        """The links of an environment, worked out unless that was done before."""
        kept = KeptLayouts(minor, self._services.cache, self._services.files)
        links = kept.links(wheels)
        if links is None:
            contents = [self._services.store.contents(wheel.key) for wheel in wheels]
            links = self._layouts.setdefault(minor, Layouts(minor)).layout(contents)
            kept.add(wheels, links)
        return links


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


def _promised(selected: Selected, wheel: StoredWheel) -> tuple[str, tuple[str, ...], bool, str]:
    pin = selected.pin
    return pin.name, pin.dependencies, selected.wheel is None, wheel.key


def _build_wheels(
    selected: Selected, program: ProgramRequest, locks: Locks, target: Target, python: Interpreter
) -> tuple[DistributionFile, ...]:
    """What the lock of build requirements says that a distribution is built with."""
    if selected.wheel is not None or locks.build_lock is None:
        return ()
    group = group_of_pin(selected.pin, locks.lock.inputs[program.name].python)
    found: list[DistributionFile] = []
    for each in select(locks.build_lock, group, target, python.version):
        if each.wheel is None:
            raise IntegrityError(f"`{group}` is locked to build with `{each.pin.name}`, no wheel")
        found.append(each.wheel)
    return tuple(found)


def _built(wanted: Wanted) -> bool:
    return wanted.selected.wheel is None


def _largest_first(wanted: Wanted) -> tuple[int, str]:
    file = wanted.selected.wheel
    return (-(file.size or 0) if file else 0, wanted.selected.pin.name)


def _alternating(wanted: Sequence[Wanted]) -> Iterator[Wanted]:
    """First and last in turn: what is small can be unpacked while what is large comes."""
    left = deque(wanted)
    while left:
        yield left.popleft()
        if left:
            yield left.pop()


def _cancel(futures: Iterable[Future[StoredWheel]]) -> None:
    for future in futures:
        future.cancel()
