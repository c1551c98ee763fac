"""Programs that nobody edited since they were solved here: they are not solved again."""

from collections.abc import Sequence

import msgspec

from assembler.app.checkout import Checkout
from assembler.app.locking import Question, lock_text
from assembler.app.old_locks import Before
from assembler.app.services import Services
from assembler.app.solved_locks import silent
from assembler.app.variants import Variant
from assembler.errors import LockError
from assembler.lock.inputs import Asked
from assembler.model.lock import Lock
from assembler.model.platforms import target_named


def silent_programs(checkout: Checkout, services: Services) -> frozenset[str] | None:
    """The programs of the lock that there is nothing to tell of; `None` if it's not from here."""
    if services.files.state(checkout.lock_path) is None:
        return None
    try:
        return silent(lock_text(checkout, services).encode(), services)
    except LockError:
        return None


def kept(
    lock: Lock, found: Sequence[Variant], programs: frozenset[str], services: Services
) -> tuple[Lock, ...]:
    """For each variant the part of the lock that stays, of these programs.

    Those stay whose inputs are what they were, unless they have a source tree whose metadata
    only its back end can tell.
    """
    from assembler.lock.keeping import staying  # noqa: PLC0415 - new locks keep nothing

    machine = target_named(services.machine.platform)
    asked = [
        msgspec.structs.replace(one, targets=one.targets or (machine,))
        for one in (variant.question.asked for variant in found)
    ]
    trees = found[0].asking.trees.values()
    dynamic = {tree.name for tree in trees if tree.metadata is None}
    return staying(lock, asked, programs, dynamic)


def edited(question: Question, part: Lock | None) -> Question:
    """What is asked of the programs that are solved: those that do not stay."""
    if part is None:
        return question
    programs = tuple(one for one in question.asked.programs if one.name not in part.inputs)
    asked = msgspec.structs.replace(question.asked, programs=programs)
    return msgspec.structs.replace(question, asked=asked)


def nothing_edited(
    checkout: Checkout, found: Sequence[Variant], before: Before, parts: Sequence[Lock]
) -> bool:
    """Whether what is locked answers all that is asked, and nothing of it is built."""
    lock = before.lock
    if lock is None or before.build_lock or checkout.recipe_lock:
        return False
    every = [variant.question.asked for variant in found]
    return (
        {name for part in parts for name in part.inputs} == lock.inputs.keys()
        and all(
            len(part.inputs) == len(asked.programs)
            for asked, part in zip(every, parts, strict=True)
        )
        and sum(len(part.targets) for part in parts) == len(lock.targets)
        and _same_files(lock, every)
        and not any(
            pin.tree or pin.fixed or pin.sdist for pins in lock.cells.values() for pin in pins
        )
    )


def _same_files(lock: Lock, every: Sequence[Asked]) -> bool:
    """Whether parts ask for the downloads and commits that are locked."""
    locked = {artifact.url: artifact.sha256 for artifact in lock.artifacts}
    asked = [item for each in every for item in each.artifacts.items()]
    checkouts = {checkout for each in every for checkout in each.checkouts}
    return (
        {url for url, _ in asked} == locked.keys()
        and all(sha256 in {None, locked[url]} for url, sha256 in asked)
        and checkouts == {repository.request for repository in lock.repositories}
    )
