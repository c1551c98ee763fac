"""The lock of build requirements: how it is made."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

import msgspec

from assembler import __version__
from assembler.app.back_ends import BackEnds, wheels_of
from assembler.app.build_locks import asked_of_builds, build_program, listed
from assembler.app.fixed_sources import source_of
from assembler.app.locking import Question
from assembler.app.services import Services
from assembler.errors import LockError, MachineError
from assembler.lock.builds import Build, builds
from assembler.lock.inputs import program_inputs, requirement_text
from assembler.lock.selection import fitting_target
from assembler.model.lock import Lock, ProgramInputs, artifact
from assembler.model.resolution import ProgramRequest, Resolution
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

    def lock(self) -> Lock:
        """Solve what the lock's builds require.

        What back ends ask for beyond what is listed is asked where this machine is one of the
        targets that build it, and has its Python; it then counts for all of them.
        """
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
        return build_program(build, required, self._lock)

    def _inputs(
        self, build: Build, required: Iterable[str], listed: Iterable[str], pins: Resolution
    ) -> ProgramInputs:
        cells = {cell: some for cell, some in pins.pins.items() if cell.program == build.group}
        excluded = pins.excluded.get(build.group, frozenset())
        names = excluded.union(pin.name for some in cells.values() for pin in some)
        asked = asked_of_builds(self._asking, (), self._lock)
        inputs = program_inputs(self._program(build, required), asked, names, self._lock.targets)
        texts = tuple(sorted(map(requirement_text, listed)))
        return msgspec.structs.replace(inputs, listed=texts)
