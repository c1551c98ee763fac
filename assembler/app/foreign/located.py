"""Where the recipes of each entry are on this machine."""

from collections.abc import Iterator
from pathlib import PurePath

import msgspec
from packaging.requirements import Requirement

from assembler.app.back_ends import wheels_of
from assembler.app.build_environment import BuildEnvironments
from assembler.app.foreign.answering import INIT
from assembler.app.foreign.given import check_given
from assembler.app.foreign.messages import VERSION, Open
from assembler.app.locking import RELOCK
from assembler.app.recipe_groups import PYTHONS, group_of, with_python
from assembler.app.services import Services
from assembler.errors import ConfigurationError, LockError
from assembler.lock.selection import fitting_target
from assembler.model.distribution import CoreMetadata, DistributionFile
from assembler.model.foreign import RecipeDistribution, RecipeFile
from assembler.model.lock import Lock
from assembler.model.metadata import parse_core_metadata
from assembler.model.platforms import marker_environment
from assembler.model.project import Project
from assembler.model.resolution import Resolution
from assembler.model.target import Target


class Located(msgspec.Struct, frozen=True):
    """An entry with the Python that has its distributions, and what it is asked first."""

    name: str
    python: PurePath
    opening: Open


class Locating:
    """Finds entries; what is locked is taken from the cache, or fetched."""

    def __init__(self, project: Project, lock: Lock | None, services: Services) -> None:
        self._project = project
        self._lock = lock
        self._services = services
        self._environments = BuildEnvironments(services)

    def located(self) -> tuple[Located, ...]:
        """All entries. Raises what fetching raises, `LockError` and `ConfigurationError`."""
        return tuple(self._located())

    def _located(self) -> Iterator[Located]:
        for source in self._project.recipes:
            match source:
                case RecipeFile(name=name):
                    python = self._environments((), self._services.own_python)
                    yield Located(name, python, Open(version=VERSION, file=str(self._file(source))))
                case RecipeDistribution(name=name, requirement=text):
                    opening = Open(version=VERSION, distribution=Requirement(text).name)
                    yield Located(name, self._environment(source), opening)

    def _file(self, source: RecipeFile) -> PurePath:
        path = self._project.folder / source.path
        state = self._services.files.state(path)
        if state and state.kind == "directory":
            path /= INIT
            state = self._services.files.state(path)
        if state is None or state.kind not in ("file", "link"):
            shown = path.relative_to(self._project.folder)
            message = f"there is no `{shown}`, where the recipes `{source.name}` would be"
            raise ConfigurationError(message, origin=source.origin)
        return path

    def _environment(self, source: RecipeDistribution) -> PurePath:
        python, target = self._services.own_python, self._target(source)
        group = group_of(source.name, python.minor)
        cells = self._lock.cells if self._lock else {}
        wheels = wheels_of(Resolution(cells), group, target, python)
        if not wheels:
            raise self._not_for(source, python.minor)
        environment = self._environments(wheels, python)
        variables = marker_environment(target, python.version)
        check_given(source, [self._metadata(wheel) for wheel in wheels], variables)
        return environment

    def _target(self, source: RecipeDistribution) -> Target:
        """The target of the lock that this machine is, where it serves several."""
        machine, lock = self._services.machine, self._lock
        if lock is None:
            raise LockError(f"the recipes `{source.name}` are not locked", hints=(RELOCK,))
        targets = with_python(lock.targets, self._services.own_python.minor)
        alike = sorted(targets, key=lambda target: (target.oldest, target.name))
        for target in reversed(alike):
            alone = msgspec.structs.replace(lock, targets=(target,))
            try:
                return fitting_target(alone, machine.platform, machine.libc)
            except LockError:
                continue
        return fitting_target(lock, machine.platform, machine.libc)

    def _not_for(self, source: RecipeDistribution, python: str) -> LockError:
        inputs = self._lock.inputs if self._lock else {}
        locked = [each for each in PYTHONS if group_of(source.name, each) in inputs]
        return LockError(
            f"the recipes `{source.name}` are not locked for Python {python}, which runs assembler",
            origin=source.origin,
            hints=(f"install assembler for Python {' or '.join(locked)}",),
        )

    def _metadata(self, wheel: DistributionFile) -> CoreMetadata:
        store = self._services.store
        found = store.find(wheel.filename, wheel.sha256 or "", self._services.own_python)
        return parse_core_metadata(store.metadata(found.key if found else ""))
