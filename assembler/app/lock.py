"""`assemble lock`: solve, check, and write the lock."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

import msgspec

from assembler.app.ask_ahead import ask_ahead
from assembler.app.checkout import Checkout
from assembler.app.kept_programs import edited, kept, nothing_edited, silent_programs
from assembler.app.lock_outcomes import Held, Locked
from assembler.app.locked_files import moved, taking
from assembler.app.locking import Question
from assembler.app.old_locks import Before, before
from assembler.app.read_locks import remember_read
from assembler.app.recipe_groups import named, with_groups
from assembler.app.recipe_lock import with_recipe_lock
from assembler.app.services import Services
from assembler.app.shared_lock import refuse_shared
from assembler.app.sizes import holds
from assembler.app.solved_locks import remember
from assembler.app.variants import Variant, routes, variants, with_lock
from assembler.errors import raise_all
from assembler.lock.changes import changes
from assembler.lock.hosts import misplaced
from assembler.lock.inputs import closure
from assembler.lock.unused import unused
from assembler.lock.unused_in_builds import unused_in_builds, wheels_in_builds
from assembler.lock.variants import joined
from assembler.model.lock import Change, Lock
from assembler.model.project import IndexRoute

if TYPE_CHECKING:
    from assembler.app.new_lock import Locking


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
    plain = upgrade is None and seeds is None
    standing, parts = _standing(checkout, found, services, plain=plain)
    if parts and nothing_edited(checkout, found, standing, parts):
        return _as_before(checkout, found, parts, services)
    named = None if upgrade is None else _named(upgrade, found, standing)
    seeded = standing.lock if seeds is None else _seeded(standing.lock, seeds, asking, services)
    preferred = Before(lock=seeded, build_lock=standing.build_lock)
    befores = [
        msgspec.structs.replace(preferred, kept=part) for part in parts or [None] * len(found)
    ]
    lockings = _lockings(found, befores, named, services)
    locks = [locking.lock() for locking in lockings]
    after = joined(locks, asking.asked.targets or locks[0].targets) if locks[1:] else locks[0]
    build_lock = with_groups(lockings[0].build_lock(after), checkout.recipe_lock)
    idle = _checked(found, locks, (after, build_lock), services)
    return Locked(
        file=checkout.lock_name,
        build_file=None if build_lock is None else checkout.build_lock_name,
        changed=_written(checkout, after, build_lock, lockings, services),
        programs=_counted(after),
        changes=_changes(found, standing, after, build_lock),
        unused=idle,
        held=() if named is None else _held(after, lockings, routes(found), services),
    )


def _standing(
    checkout: Checkout, found: tuple[Variant, ...], services: Services, *, plain: bool
) -> tuple[Before, tuple[Lock, ...]]:
    """What was locked before, and for each variant what of it stays: nothing, unless `plain`.

    The pages of what is solved are on their way then.
    """
    silent = silent_programs(checkout, services) if plain else None
    if silent is None:
        ask_ahead((each.asking for each in found), services)
        return before(checkout, services), ()
    standing = before(checkout, services)
    parts = kept(standing.lock, found, silent, services) if standing.lock else ()
    asked = zip(found, parts, strict=bool(parts))
    ask_ahead((edited(each.asking, part) for each, part in asked), services)
    return standing, parts


def _as_before(
    checkout: Checkout, found: tuple[Variant, ...], parts: tuple[Lock, ...], services: Services
) -> Locked:
    """The lock that stands there is what would be made."""
    lock = joined(parts, parts[0].targets) if parts[1:] else parts[0]
    return Locked(
        file=checkout.lock_name,
        changed=False,
        programs=_counted(lock),
        unused=_checked(found, parts, (lock, None), services),
    )


def _counted(lock: Lock) -> Mapping[str, int]:
    """How many distributions each program has."""
    return {name: len(closure(lock, name)) for name in lock.inputs}


def _checked(
    found: tuple[Variant, ...],
    parts: Sequence[Lock],
    whole: tuple[Lock, Lock | None],
    services: Services,
) -> tuple[str, ...]:
    """What is said and is about nothing, which is told; `whole` are the lock and that of builds.

    Raises `IntegrityError`s for files of other hosts.
    """
    _check_hosts(whole, routes(found))
    policy = found[0].asking.asked.policy
    idle = _unused(found, parts) + unused_in_builds(whole[1], policy)
    for words in (*idle, *wheels_in_builds(whole[1], policy)):
        services.reporter.warn(words)
    return idle


def _seeded(lock: Lock | None, seeds: PurePath, asking: Question, services: Services) -> Lock:
    """The old lock with the pins of another tool's file before its own."""
    from assembler.app.seeds import (  # noqa: PLC0415 - loads readers of other tools' files
        with_seeds,
    )

    return with_seeds(lock, seeds, asking, services)


def _lockings(
    found: tuple[Variant, ...],
    befores: Sequence[Before],
    upgrade: frozenset[str] | None,
    services: Services,
) -> list["Locking"]:
    from assembler.app.new_lock import (  # noqa: PLC0415 - loads the solver while pages come
        Locking,
    )

    return [
        Locking(each.question, before, upgrade, services)
        for each, before in zip(found, befores, strict=True)
    ]


def _content(lock: Lock, file: str, services: Services) -> bytes:
    """The text of a lock that has passed all gates; what it reads as is remembered."""
    from assembler.lock.gates import checked  # noqa: PLC0415 - loads another reader of locks

    found = checked(lock, file)
    remember_read(found.text, found.lock, services.cache, services.files)
    return found.text.encode()


def _named(
    upgrade: tuple[str, ...], found: tuple[Variant, ...], standing: Before
) -> frozenset[str]:
    """What the upgrade names, of what is locked and of parts."""
    parts = frozenset(name for each in found for name in taking(each.question.declared))
    from assembler.app.upgrading import upgraded  # noqa: PLC0415 - few locks are upgraded

    return upgraded(upgrade, standing.lock, standing.build_lock, parts)


def _held(
    lock: Lock, lockings: Sequence["Locking"], indexes: tuple[IndexRoute, ...], services: Services
) -> tuple[Held, ...]:
    """What the upgrade holds back, from the pages that it has read."""
    first = lockings[0]
    from assembler.app.held import held_back  # noqa: PLC0415 - few locks are upgraded
    from assembler.solve.newer import Newer  # noqa: PLC0415 - the same
    from assembler.solve.routes import Routes  # noqa: PLC0415 - the same

    newer = Newer(services.index, Routes(indexes), first.policy, lock.targets)
    return held_back(lock, newer, first.may_upgrade)


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


def _written(
    checkout: Checkout,
    lock: Lock,
    build_lock: Lock | None,
    lockings: Sequence["Locking"],
    services: Services,
) -> bool:
    """Write both locks, once they are checked; tell whether anything was done."""
    content = _content(lock, checkout.lock_name, services)
    changed = _write_build_lock(checkout, build_lock, services)
    changed = _write(checkout.lock_path, content, services) or changed
    remarked = frozenset[str]().union(*(locking.remarked for locking in lockings))
    remember(content, lock.inputs.keys() - remarked, services)
    return changed


def _write_build_lock(checkout: Checkout, lock: Lock | None, services: Services) -> bool:
    """Write the lock of build requirements, or remove it; tell whether anything was done."""
    files, path = services.files, checkout.build_lock_path
    if lock is not None:
        return _write(path, _content(lock, checkout.build_lock_name, services), services)
    if files.state(path) is None:
        return False
    files.remove(path)
    return True


def _write(path: PurePath, content: bytes, services: Services) -> bool:
    """Write a lock, unless it stands there just so; tell whether it was written."""
    files = services.files
    if holds(path, content, files):
        return False
    files.replace(path, content)
    return True
