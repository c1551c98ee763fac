"""`assemble lock`: solve, check, and write the lock."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import PurePath

import msgspec

from assembler import __version__
from assembler.app.back_ends import BackEnds
from assembler.app.build_requirements import BuildRequirements, fresh_build_lock, read_build_lock
from assembler.app.building_index import BuildingIndex
from assembler.app.checkout import Checkout
from assembler.app.hashes import with_hashes
from assembler.app.held import held_back
from assembler.app.lacking import Lacking
from assembler.app.locked_files import LockedFiles, moved, taking
from assembler.app.locking import Question, old_lock
from assembler.app.outcomes import Held, Locked
from assembler.app.own_sources import OwnSources
from assembler.app.policy import build_policy_of, policy_of
from assembler.app.recipe_groups import named, with_groups
from assembler.app.recipe_lock import with_recipe_lock
from assembler.app.seeds import with_seeds
from assembler.app.services import Services
from assembler.app.shared_lock import is_shared, refuse_shared
from assembler.app.upgrading import upgraded
from assembler.app.upload_times import Instants, cutoffs, known_instants
from assembler.app.variants import Variant, fresh, routes, variants, with_lock
from assembler.errors import LockError, raise_all
from assembler.lock.changes import changes
from assembler.lock.gates import checked
from assembler.lock.hosts import misplaced
from assembler.lock.inputs import closure, program_inputs
from assembler.lock.unused import unused
from assembler.lock.unused_in_builds import unused_in_builds, wheels_in_builds
from assembler.lock.variants import joined
from assembler.model.distribution import CoreMetadata, DistributionFile
from assembler.model.lock import Change, Lock
from assembler.model.platforms import target_named
from assembler.model.project import IndexRoute
from assembler.model.resolution import Cell, Pin, Resolution
from assembler.model.solve_groups import mates
from assembler.model.target import Interpreter, Target
from assembler.solve.newer import Newer
from assembler.solve.question import Question as SolveQuestion
from assembler.solve.routes import Routes
from assembler.solve.solver import lacking, solve


class Before(msgspec.Struct, frozen=True):
    """What was locked before, as far as it can be read."""

    lock: Lock | None
    build_lock: Lock | None


def check(checkout: Checkout, services: Services) -> str:
    """The name of the lock, if it is fresh. Raises `LockError` that names what was edited."""
    found = variants(checkout, services, local=False)
    checkout = with_lock(checkout, found)
    lock = fresh(checkout, found, services, strict=True)
    strict = not is_shared(checkout)
    fresh_build_lock(checkout, found[0].asking, lock, services, strict=strict)
    return checkout.lock_name


def lock(
    checkout: Checkout,
    services: Services,
    *,
    upgrade: tuple[str, ...] | None = None,
    seeds: PurePath | None = None,
) -> Locked:
    """Solve and write the lock; `upgrade` names what may become newer (empty: all of it).

    `seeds` is a file of another tool whose pins are preferred to those of the old lock. Raises
    what loading, solving and builds raise; then nothing is written.
    """
    checkout = with_recipe_lock(checkout, services, upgrade)
    found = variants(checkout, services, local=False)
    refuse_shared(with_lock(checkout, found))
    asking = found[0].asking
    before = _before(checkout, services)
    parts = frozenset(name for each in found for name in taking(each.question.declared))
    named = None if upgrade is None else upgraded(upgrade, before.lock, before.build_lock, parts)
    seeded = before.lock if seeds is None else with_seeds(before.lock, seeds, asking, services)
    preferred = Before(lock=seeded, build_lock=before.build_lock)
    lockings = [Locking(each.question, preferred, named, services) for each in found]
    locks = [locking.lock() for locking in lockings]
    after = joined(locks, asking.asked.targets or locks[0].targets) if locks[1:] else locks[0]
    build_lock = with_groups(lockings[0].build_lock(after), checkout.recipe_lock)
    _check_hosts((after, build_lock), routes(found))
    idle = _unused(found, locks) + unused_in_builds(build_lock, asking.asked.policy)
    for words in (*idle, *wheels_in_builds(build_lock, asking.asked.policy)):
        services.reporter.warn(words)
    return Locked(
        file=checkout.lock_name,
        build_file=None if build_lock is None else checkout.build_lock_name,
        changed=_written(checkout, after, build_lock, services),
        programs={name: len(closure(after, name)) for name in after.inputs},
        changes=_changes(found, before, after, build_lock),
        unused=idle,
        held=() if named is None else _held(after, lockings, routes(found), services),
    )


def _held(
    lock: Lock, lockings: Sequence["Locking"], indexes: tuple[IndexRoute, ...], services: Services
) -> tuple[Held, ...]:
    """What the upgrade holds back, from the pages that it has read."""
    first = lockings[0]
    newer = Newer(services.index, Routes(indexes), first.policy, lock.targets)
    return held_back(lock, newer, first.may_upgrade)


def _before(checkout: Checkout, services: Services) -> Before:
    return Before(
        lock=_readable(old_lock, checkout, services),
        build_lock=_readable(read_build_lock, checkout, services),
    )


def _unused(found: tuple[Variant, ...], locks: Sequence[Lock]) -> tuple[str, ...]:
    """What is about nothing on any target."""
    asked = zip(locks, found, strict=True)
    first, *others = (unused(lock, variant.question.asked) for lock, variant in asked)
    return tuple(words for words in first if all(words in other for other in others))


def _check_hosts(locks: tuple[Lock | None, ...], indexes: tuple[IndexRoute, ...]) -> None:
    raise_all([error for lock in locks if lock for error in misplaced(lock, indexes)])


def _changes(
    found: tuple[Variant, ...], before: Before, after: Lock, build_lock: Lock | None
) -> tuple[Change, ...]:
    """What changes for programs, for other parts (each once, whatever the target), for builds."""
    commits = [moved(variant.asking.declared, before.lock, after) for variant in found]
    return (
        *changes(before.lock, after),
        *dict.fromkeys(change for one in commits for change in one),
        *_build_changes(before.build_lock, build_lock),
    )


def _build_changes(before: Lock | None, after: Lock | None) -> tuple[Change, ...]:
    """What changes for builds that there were before."""
    found = changes(before, after) if before and after else ()
    known = before.inputs.keys() & after.inputs.keys() if before and after else ()
    return named(tuple(change for change in found if change.program in known))


def _written(checkout: Checkout, lock: Lock, build_lock: Lock | None, services: Services) -> bool:
    """Write both locks, once they are checked; tell whether anything was done."""
    content = checked(lock, checkout.lock_name).encode()
    changed = _write_build_lock(checkout, build_lock, services)
    return _write(checkout.lock_path, content, services) or changed


def _write_build_lock(checkout: Checkout, lock: Lock | None, services: Services) -> bool:
    """Write the lock of build requirements, or remove it; tell whether anything was done."""
    files, path = services.files, checkout.build_lock_path
    if lock is not None:
        return _write(path, checked(lock, checkout.build_lock_name).encode(), services)
    if files.state(path) is None:
        return False
    files.remove(path)
    return True


def _write(path: PurePath, content: bytes, services: Services) -> bool:
    """Write a lock, unless it stands there just so; tell whether it was written."""
    files = services.files
    if files.state(path) and files.read(path) == content:
        return False
    files.replace(path, content)
    return True


def _readable(
    read: Callable[[Checkout, Services], Lock | None], checkout: Checkout, services: Services
) -> Lock | None:
    """An old lock; one that no longer can be read holds no pins worth keeping."""
    try:
        return read(checkout, services)
    except LockError as error:
        services.reporter.warn(f"{error.message}; locking afresh")
        return None


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
        self._afresh = upgrade is not None and not upgrade
        self._upgrade = upgrade or frozenset()
        self._mates = mates(asking.asked.programs)
        self._services = services
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
        solved = self._solved(targets, lacks)
        pins = solved.pins
        names = {
            program.name: _names(program.name, pins).union(solved.excluded.get(program.name, ()))
            for program in asked.programs
        }
        inputs = {
            program.name: program_inputs(program, asked, names[program.name], targets)
            for program in asked.programs
        }
        return Lock(
            created_by=__version__,
            targets=targets,
            exclude_newer=self.policy.exclude_newer.default,
            exclude_newer_rule=project.lock.exclude_newer,
            exclude_newer_instants=self._instants.of_durations(inputs),
            inputs=inputs,
            cells=pins,
            artifacts=artifacts,
            repositories=repositories,
        )

    def build_lock(self, lock: Lock) -> Lock | None:
        """Solve what the new lock's builds require; `None` where nothing is built."""
        made = BuildRequirements(self._asking, lock, self._back_ends, self._services).lock()
        return made and msgspec.structs.replace(
            made, exclude_newer_instants=self._instants.of_durations(made.inputs)
        )

    def _solved(self, targets: tuple[Target, ...], lacks: Lacking) -> Resolution:
        """The answer. Raises `OfflineError` for what it lacks and what was lacking before."""
        project, services = self._project, self._services
        sources = OwnSources(self._asking, services, self._back_ends, self._before, self._may_keep)
        asked = SolveQuestion(
            programs=self._asking.asked.programs,
            targets=targets,
            policy=self.policy,
            routes=project.indexes,
            own=sources.found(lacks),
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
                warn=services.reporter.warn,
            )
        return with_hashes(solved, services, preferred)

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


def _names(program: str, cells: Mapping[Cell, tuple[Pin, ...]]) -> frozenset[str]:
    return frozenset(
        pin.name for cell, pins in cells.items() if cell.program == program for pin in pins
    )
