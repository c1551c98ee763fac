"""`assemble lock`: solve, check, and write the lock."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import PurePath

from assembler import __version__
from assembler.app.build_environment import BuildEnvironments
from assembler.app.building_index import BuildingIndex
from assembler.app.checkout import Checkout
from assembler.app.declaring import declare
from assembler.app.loading import load_project
from assembler.app.locking import Question, fresh_lock, locked_artifacts, old_lock, question
from assembler.app.outcomes import Locked
from assembler.app.own_trees import OwnTree
from assembler.app.prepare import tree_request
from assembler.app.seeds import with_seeds
from assembler.app.services import Services
from assembler.errors import ConfigurationError, LockError, UsageError
from assembler.lock.changes import changes
from assembler.lock.gates import checked
from assembler.lock.inputs import closure, program_inputs
from assembler.lock.instants import instant, normalised, written
from assembler.lock.unused import unused
from assembler.model.lock import Lock
from assembler.model.platforms import target_named
from assembler.model.pyproject import normalised_name
from assembler.model.resolution import Cell, Pin, Resolution
from assembler.model.target import Interpreter, Target
from assembler.solve.question import OwnDistribution, Policy
from assembler.solve.question import Question as SolveQuestion
from assembler.solve.solver import solve

DURATION = re.compile(r"(\d+)\s*(day|hour|week)s?")


def check(checkout: Checkout, services: Services) -> None:
    """Tell whether the lock is fresh. Raises `LockError` that names what was edited."""
    project = load_project(checkout, services)
    asked = question(project, declare(project, services.recipes), services).asked
    fresh_lock(checkout, asked, services, strict=True)


def lock(
    checkout: Checkout,
    services: Services,
    *,
    upgrade: tuple[str, ...] | None = None,
    seeds: PurePath | None = None,
) -> Locked:
    """Solve and write the lock; `upgrade` names what may become newer (empty: all of it).

    `seeds` is a file of another tool whose pins are preferred to those of the old lock. Raises
    `ConfigurationError`, `UnsatisfiableError`, `NetworkError` and what builds raise; then nothing
    is written.
    """
    project = load_project(checkout, services)
    asking = question(project, declare(project, services.recipes), services)
    before = _readable_lock(checkout, services)
    upgraded = None if upgrade is None else _upgraded(upgrade, before)
    preferred = with_seeds(before, seeds, asking, services) if seeds is not None else before
    after = Locking(asking, preferred, upgraded, services).lock()
    idle = unused(after, asking.asked)
    for words in idle:
        services.reporter.warn(words)
    text = checked(after, checkout.lock_name)
    changed = _write(checkout, text.encode(), services)
    return Locked(
        file=checkout.lock_name,
        changed=changed,
        programs={name: len(closure(after, name)) for name in after.inputs},
        changes=changes(before, after),
        unused=idle,
    )


def _write(checkout: Checkout, content: bytes, services: Services) -> bool:
    """Write the lock, unless it stands there just so; tell whether it was written."""
    files, path = services.files, checkout.lock_path
    if files.state(path) and files.read(path) == content:
        return False
    files.replace(path, content)
    return True


def _readable_lock(checkout: Checkout, services: Services) -> Lock | None:
    """The old lock; one that no longer can be read holds no pins worth keeping."""
    try:
        return old_lock(checkout, services)
    except LockError as error:
        services.reporter.warn(f"{error.message}; locking afresh")
        return None


def _upgraded(upgrade: tuple[str, ...], before: Lock | None) -> frozenset[str]:
    names = frozenset(map(normalised_name, upgrade))
    locked = (
        {name for program in before.inputs for name in closure(before, program)} if before else ()
    )
    if unknown := sorted(names.difference(locked)):
        raise UsageError(
            f"nothing in the lock is called `{unknown[0]}`", hints=("`--upgrade` alone takes all",)
        )
    return names


class Locking:
    """One lock in the making: what is asked, what was locked before, and what may be upgraded.

    `upgrade` is `None` where every pin that still fits is kept, and empty where none is.
    """

    def __init__(
        self,
        asking: Question,
        before: Lock | None,
        upgrade: frozenset[str] | None,
        services: Services,
    ) -> None:
        self._asking = asking
        self._project = asking.project
        self._before = before
        self._afresh = upgrade is not None and not upgrade
        self._upgrade = upgrade or frozenset()
        self._services = services
        self._exclude_newer = self._excluded()
        self._builder = services.builder(
            BuildEnvironments(services, asking.project.indexes, self._exclude_newer)
        )

    def lock(self) -> Lock:
        """Solve, and put the answer and its inputs together."""
        asked, project = self._asking.asked, self._project
        targets = asked.targets or (target_named(self._services.machine.platform),)
        solved = self._solved(targets)
        pins = solved.pins
        names = {
            program.name: _names(program.name, pins).union(solved.excluded.get(program.name, ()))
            for program in asked.programs
        }
        return Lock(
            created_by=__version__,
            targets=targets,
            exclude_newer=self._exclude_newer,
            exclude_newer_rule=project.lock.exclude_newer,
            inputs={
                program.name: program_inputs(program, asked, names[program.name])
                for program in asked.programs
            },
            cells=pins,
            artifacts=locked_artifacts(asked, self._before, self._services, keep=not self._afresh),
        )

    def _solved(self, targets: tuple[Target, ...]) -> Resolution:
        project, services = self._project, self._services
        asked = SolveQuestion(
            programs=self._asking.asked.programs,
            targets=targets,
            policy=Policy(
                python=project.python,
                constraints=project.lock.constraints,
                overrides=project.lock.overrides,
                prereleases=project.lock.prereleases,
                sdists=project.lock.sdists,
                exclude_newer=self._exclude_newer,
            ),
            routes=project.indexes,
            own={name: self._own(tree) for name, tree in self._asking.trees.items()},
        )
        index = BuildingIndex(
            services.index, services.artifacts, self._builder, self._default_python
        )
        services.reporter.phase("solving")
        return solve(asked, index, prefer=self._preferred(), report=services.reporter.advance)

    def _default_python(self) -> Interpreter:
        return self._services.interpreters.find(self._project.python)

    def _own(self, tree: OwnTree) -> OwnDistribution:
        metadata = tree.metadata
        if metadata is None:
            python, folder = self._default_python(), self._project.folder
            metadata = self._builder.metadata(
                tree_request(tree.name, tree.source, folder, python, editable=False)
            )
        return OwnDistribution(
            name=tree.name, version=metadata.version, metadata=metadata, tree=tree.source
        )

    def _preferred(self) -> Resolution | None:
        if self._before is None or self._afresh:
            return None
        return Resolution(
            {
                cell: tuple(pin for pin in pins if pin.name not in self._upgrade)
                for cell, pins in self._before.cells.items()
            }
        )

    def _excluded(self) -> str | None:
        """The instant of `exclude-newer`: a duration's is kept until everything is upgraded."""
        rule, before = self._project.lock.exclude_newer, self._before
        if rule is None:
            return None
        if moment := instant(rule):
            return written(moment)
        if before and not self._afresh and before.exclude_newer_rule == normalised(rule):
            return before.exclude_newer
        return written(datetime.fromisoformat(self._services.machine.now) - duration(rule))


def duration(text: str) -> timedelta:
    """Read a duration such as `7 days`. Raises `ConfigurationError`."""
    match = DURATION.fullmatch(text.strip())
    if match is None:
        raise ConfigurationError(
            f"`exclude-newer` is `{text}`",
            hints=('write a date such as "2026-10-01", or a duration such as "7 days"',),
        )
    return timedelta(**{f"{match[2]}s": int(match[1])})


def _names(program: str, cells: Mapping[Cell, tuple[Pin, ...]]) -> frozenset[str]:
    return frozenset(
        pin.name for cell, pins in cells.items() if cell.program == program for pin in pins
    )
