"""The lock of build requirements: how it is made, and whether it still answers."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

import msgspec

from assembler import __version__
from assembler.app.back_ends import BackEnds, roots, wheels_of
from assembler.app.checkout import Checkout
from assembler.app.fixed_sources import source_of
from assembler.app.locking import Question, index_of, stale_error
from assembler.app.recipe_groups import check_fresh, parted
from assembler.app.services import Services
from assembler.errors import ConfigurationError, LockError, MachineError
from assembler.lock.builds import Build, builds
from assembler.lock.freshness import edits
from assembler.lock.inputs import Asked, program_inputs, requirement_text
from assembler.lock.reading import loads
from assembler.lock.selection import fitting_target
from assembler.model.lock import Lock, ProgramInputs, Staleness, artifact
from assembler.model.project import LockPolicy, TargetName
from assembler.model.pyproject import build_requires
from assembler.model.resolution import ProgramRequest, Resolution, TreeSource
from assembler.origin import Origin
from assembler.ports import BuildRequest

Requirements = Mapping[str, tuple[str, ...]]
"""Requirements by the group of the build that they are for."""


class BuildRequirements:
    """The build requirements of one new lock."""

    def __init__(
        self, asking: Question, lock: Lock, back_ends: BackEnds, services: Services
    ) -> None:
        self._asking = asking
        self._lock = lock
        self._back_ends = back_ends
        self._services = services
        self._builds = builds(lock)

    def lock(self) -> Lock | None:
        """Solve what the lock's builds require; `None` where nothing is built.

        What back ends ask for beyond what is listed is asked where this machine is one of the
        targets that build it, and has its Python; it then counts for all of them.
        """
        if not self._builds:
            return None
        listed = {group: self._listed(build) for group, build in self._builds.items()}
        pins = self._solved(listed)
        required = {
            group: (*listed[group], *self._further(build, pins))
            for group, build in self._builds.items()
        }
        if required != listed:
            pins = self._solved(required)
        return Lock(
            created_by=__version__,
            targets=self._lock.targets,
            exclude_newer=self._lock.exclude_newer,
            exclude_newer_rule=self._lock.exclude_newer_rule,
            inputs={
                group: self._inputs(build, required[group], listed[group], pins)
                for group, build in self._builds.items()
            },
            cells=pins.pins,
        )

    def _listed(self, build: Build) -> tuple[str, ...]:
        if build.tree:
            return listed(self._asking, build.tree, self._services)
        return self._back_ends.builder.requirements(build.name, self._source(build))

    def _further(self, build: Build, pins: Resolution) -> Iterable[str]:
        machine = self._services.machine
        with suppress(LockError, MachineError):
            target = fitting_target(self._lock, machine.platform, machine.libc)
            python = self._services.interpreters.find(target.python or build.python)
            if target.name in build.targets:
                request = BuildRequest(
                    name=build.name,
                    source=self._source(build),
                    python=python,
                    editable=build.tree is not None and build.tree.editable,
                    wheels=wheels_of(pins, build.group, target, python),
                )
                return self._back_ends.builder.further_requirements(request)
        return ()

    def _source(self, build: Build) -> str:
        if build.fixed:
            folder = self._asking.project.folder
            return str(source_of(build.fixed, folder, self._services))
        if build.sdist:
            return str(self._services.artifacts.fetch(artifact(build.sdist)))
        tree = build.tree.path if build.tree else ""
        return str(self._asking.project.folder / tree)

    def _solved(self, required: Requirements) -> Resolution:
        programs = [self._program(build, required[group]) for group, build in self._builds.items()]
        return self._back_ends.solve(programs, self._lock.targets)

    def _program(self, build: Build, required: Iterable[str]) -> ProgramRequest:
        return _program(build, required, self._lock)

    def _inputs(
        self, build: Build, required: Iterable[str], listed: Iterable[str], pins: Resolution
    ) -> ProgramInputs:
        cells = {cell: some for cell, some in pins.pins.items() if cell.program == build.group}
        excluded = pins.excluded.get(build.group, frozenset())
        names = excluded.union(pin.name for some in cells.values() for pin in some)
        asked = _asked(self._asking, (), self._lock)
        inputs = program_inputs(self._program(build, required), asked, names, self._lock.targets)
        texts = tuple(sorted(map(requirement_text, listed)))
        return msgspec.structs.replace(inputs, listed=texts)


def fresh_build_lock(
    checkout: Checkout, asking: Question, lock: Lock, services: Services, *, strict: bool
) -> Lock | None:
    """The lock of build requirements, which must answer for all that the lock builds.

    `None` where nothing is built. Raises `LockError` that names each edit.
    """
    found, name = builds(lock), checkout.build_lock_name
    standing = read_build_lock(checkout, services) if found or strict else None
    if standing and strict:
        check_fresh(asking.project, standing, name, strict=True)
    if standing:
        _, standing = parted(standing)
    if standing is None and found:
        first = next(iter(found.values()))
        raise LockError(
            f"there is no `{name}`, which says what `{first.name}` is built with",
            hints=("run `assemble lock`, or `assemble build --lock`",),
        )
    if standing and (stale := tuple(_edits(asking, lock, standing, services, strict=strict))):
        raise stale_error(name, stale)
    return standing


def read_build_lock(checkout: Checkout, services: Services) -> Lock | None:
    """The lock of build requirements, or `None`. Raises `LockError` or `IntegrityError`."""
    name = checkout.build_lock_name
    if services.files.state(checkout.build_lock_path) is None:
        return None
    content = services.files.read(checkout.build_lock_path)
    try:
        return loads(content.decode("utf-8"), name)
    except UnicodeDecodeError as error:
        raise LockError(f"`{name}` is not UTF-8: byte {error.start}") from error


def listed(asking: Question, tree: TreeSource, services: Services) -> tuple[str, ...]:
    """The requirements that a source tree of the project lists for its build, sorted.

    Raises `ConfigurationError` for a `pyproject.toml` that is not valid.
    """
    path = asking.project.folder / tree.path / "pyproject.toml"
    try:
        text = services.files.read(path).decode("utf-8") if services.files.state(path) else ""
        return build_requires(text)
    except ValueError as error:
        raise ConfigurationError(f"`{tree.path}/pyproject.toml` is not valid: {error}") from None


def _edits(
    asking: Question, lock: Lock, standing: Lock, services: Services, *, strict: bool
) -> Iterator[Staleness]:
    programs = tuple(
        _program(build, _now(build, asking, standing, services), lock)
        for build in builds(lock).values()
    )
    yield from edits(standing, _asked(asking, programs, lock), strict=strict)


def _now(build: Build, asking: Question, standing: Lock, services: Services) -> Iterable[str]:
    """What a build requires now: the listed ones may have been edited, the others are as locked."""
    inputs = standing.inputs.get(build.group) or ProgramInputs(requires=(), python=build.python)
    if build.tree is None:
        return inputs.requires
    now = {requirement_text(text) for text in listed(asking, build.tree, services)}
    return now.union(set(inputs.requires).difference(inputs.listed))


def _program(build: Build, required: Iterable[str], lock: Lock) -> ProgramRequest:
    """A build as a program that requires this, for the targets that build it."""
    source = build.sdist.filename if build.sdist else build.name
    if build.tree:
        source = f"{build.tree.path}/pyproject.toml"
    everywhere = len(build.targets) == len(lock.targets)
    targets = () if everywhere else build.targets
    return ProgramRequest(
        name=build.group,
        roots=roots(required, source),
        python=build.python,
        targets=tuple(TargetName(name, Origin(file=source)) for name in targets),
    )


def _asked(asking: Question, programs: tuple[ProgramRequest, ...], lock: Lock) -> Asked:
    said = asking.project.lock
    return Asked(
        programs=programs,
        index_of=index_of(asking.project),
        targets=lock.targets,
        policy=LockPolicy(
            constraints=said.build_constraints,
            overrides=said.build_overrides,
            exclude_newer=said.exclude_newer,
            exclude_newer_of=said.exclude_newer_of,
        ),
        index_rules=asking.asked.index_rules,
    )
