"""One lock in the making."""

from collections.abc import Mapping
from contextlib import closing

import msgspec

from assembler import __version__
from assembler.app.back_ends import BackEnds
from assembler.app.building_index import BuildingIndex
from assembler.app.hashes import with_hashes
from assembler.app.lacking import Lacking
from assembler.app.locked_files import LockedFiles
from assembler.app.locking import Question
from assembler.app.old_locks import Before
from assembler.app.policy import build_policy_of, policy_of
from assembler.app.services import Services
from assembler.app.upload_times import Instants, cutoffs, known_instants
from assembler.lock.builds import builds
from assembler.lock.inputs import program_inputs
from assembler.model.distribution import CoreMetadata, DistributionFile
from assembler.model.lock import Lock
from assembler.model.platforms import target_named
from assembler.model.resolution import Resolution
from assembler.model.solve_groups import mates
from assembler.model.target import Interpreter, Target
from assembler.solve.question import OwnDistribution
from assembler.solve.question import Question as SolveQuestion
from assembler.solve.solver import lacking, solve


class Locking:
    """One lock in the making: what is asked, what was locked before, and what may be upgraded.

    `upgrade` is `None` where every pin that still fits is kept, and empty where none is.
    """

    def __init__(
        self,
        asking: Question,
        before: Before,
        upgrade: frozenset[str] | None,
        services: Services,
    ) -> None:
        self._asking = asking
        self._project = asking.project
        self._before = before.lock
        self._kept = before.kept
        self._afresh = upgrade is not None and not upgrade
        self._upgrade = upgrade or frozenset()
        self._mates = mates(asking.asked.programs)
        self._services = services
        self._remarks: dict[str, None] = {}
        self.remarked: frozenset[str] = frozenset()
        known = () if self._afresh else (before.lock, before.build_lock)
        self._instants = Instants(services.machine.now, known_instants(*known))
        uploads = cutoffs(asking.project, self._instants)
        self.policy = policy_of(asking.project, uploads)
        self._back_ends = BackEnds(
            services,
            asking.project.indexes,
            build_policy_of(asking.project, uploads),
            self._preferred(before.build_lock),
        )

    def lock(self) -> Lock:
        """Solve, and put the answer and its inputs together."""
        asked, project, lacks = self._asking.asked, self._project, Lacking()
        targets = asked.targets or (target_named(self._services.machine.platform),)
        files = LockedFiles(
            self._asking.declared, self._before, self._may_keep, self._services, lacks
        )
        artifacts, repositories = files.artifacts(), files.repositories()
        solved = self._answered(targets, lacks)
        self.remarked = solved.remarked
        kept = self._kept.inputs if self._kept else {}
        inputs = {
            program.name: kept.get(program.name)
            or program_inputs(program, asked, _names(program.name, solved), targets)
            for program in asked.programs
        }
        return Lock(
            created_by=__version__,
            targets=targets,
            exclude_newer=self.policy.exclude_newer.default,
            exclude_newer_rule=project.lock.exclude_newer,
            exclude_newer_instants=self._instants.of_durations(inputs),
            inputs=inputs,
            cells=solved.pins,
            artifacts=artifacts,
            repositories=repositories,
        )

    def build_lock(self, lock: Lock) -> Lock | None:
        """Solve what the new lock's builds require; `None` where nothing is built."""
        if not builds(lock):
            return None
        from assembler.app.build_requirements import (  # noqa: PLC0415 - most locks build nothing
            BuildRequirements,
        )

        made = BuildRequirements(self._asking, lock, self._back_ends, self._services).lock()
        return msgspec.structs.replace(
            made, exclude_newer_instants=self._instants.of_durations(made.inputs)
        )

    def _answered(self, targets: tuple[Target, ...], lacks: Lacking) -> Resolution:
        """The answer for all programs: what is kept, and what the others are solved to.

        Where an index has another file in the place of one that is kept, all of them are solved.
        """
        solved = self._solved(targets, lacks)
        if self._is_contradicted(solved):
            self._kept = None
            solved = self._solved(targets, lacks)
        for remark in self._remarks:
            self._services.reporter.warn(remark)
        if self._kept:
            pins = {**self._kept.cells, **solved.pins}
            return msgspec.structs.replace(solved, pins=pins)
        return solved

    def _is_contradicted(self, solved: Resolution) -> bool:
        if self._kept is None:
            return False
        from assembler.lock.keeping import contradicts  # noqa: PLC0415 - new locks keep nothing

        return contradicts(self._kept, solved.pins)

    def _solved(self, targets: tuple[Target, ...], lacks: Lacking) -> Resolution:
        """The answer of a solve. Raises `OfflineError` for what it and what came before lacks."""
        project, services = self._project, self._services
        asked = SolveQuestion(
            programs=tuple(
                program
                for program in self._asking.asked.programs
                if self._kept is None or program.name not in self._kept.inputs
            ),
            targets=targets,
            policy=self.policy,
            routes=project.indexes,
            own=self._own(lacks),
        )
        services.reporter.phase("solving")
        preferred = self._preferred(self._before)
        with closing(BuildingIndex(services.index, self._built, services.machine.jobs)) as index:
            if lacks.things:
                lacks.things += lacking(asked, index, prefer=preferred)
                lacks.check()
            solved = solve(
                asked,
                index,
                prefer=preferred,
                report=services.reporter.advance,
                warn=self._remarks.setdefault,
            )
        return with_hashes(solved, services, preferred)

    def _own(self, lacks: Lacking) -> Mapping[str, OwnDistribution]:
        """The project's own distributions by normalised name; what offline lacks is noted."""
        asking = self._asking
        if not asking.trees and not asking.archives and not asking.project.repositories:
            return {}
        from assembler.app.own_sources import OwnSources  # noqa: PLC0415 - many have none

        return OwnSources(
            asking, self._services, self._back_ends, self._before, self._may_keep
        ).found(lacks)

    def _built(self, sdist: DistributionFile) -> CoreMetadata:
        return self._back_ends.metadata_of_sdist(sdist, self._default_python())

    def _default_python(self) -> Interpreter:
        return self._services.interpreters.find(self._project.python)

    def may_upgrade(self, program: str, name: str) -> bool:
        """Whether a program's distribution may be upgraded, for it or one that shares its solve."""
        wholes = (program, *self._mates.get(program, ()))
        named = {name, *(f"{whole}:{name}" for whole in wholes)}
        return self._afresh or not named.isdisjoint(self._upgrade)

    def _may_keep(self, name: str) -> bool:
        """Whether a source's pin is kept; it is one for all programs, whichever is upgraded."""
        return not self._afresh and name not in {
            asked.rpartition(":")[2] for asked in self._upgrade
        }

    def _preferred(self, before: Lock | None) -> Resolution | None:
        if before is None or self._afresh:
            return None
        return Resolution(
            {
                cell: tuple(pin for pin in pins if not self.may_upgrade(cell.program, pin.name))
                for cell, pins in before.cells.items()
            }
        )


def _names(program: str, solved: Resolution) -> frozenset[str]:
    """The names of what a program has, and of what it asks for and is excluded."""
    cells = (pins for cell, pins in solved.pins.items() if cell.program == program)
    excluded = solved.excluded.get(program, frozenset())
    return excluded.union(pin.name for pins in cells for pin in pins)
