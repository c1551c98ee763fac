"""What a project asks of its lock on each target, where `[[when]]` blocks make a difference."""

from collections.abc import Iterator

import msgspec

from assembler.app.checkout import Checkout
from assembler.app.declaring import declare
from assembler.app.layers import Layers, read_layers
from assembler.app.loading import checked_project
from assembler.app.locking import Question, locked, question, stale_error
from assembler.app.services import Services
from assembler.app.shared_lock import building_from, hints_when_stale, is_shared
from assembler.config.layers import Holding, depends_on_target, holding
from assembler.errors import ConfigurationError
from assembler.lock.inputs import Asked
from assembler.lock.variants import asked_on, locked_on, without_others
from assembler.model.lock import Lock, Staleness
from assembler.model.platforms import target_named
from assembler.model.project import IndexRoute
from assembler.model.target import Target


class Variant(msgspec.Struct, frozen=True):
    """What is asked on some targets; on all of them where `targets` is `None`."""

    asking: Question
    targets: tuple[Target, ...] | None = None

    @property
    def question(self) -> Question:
        """The question as if there were no other targets."""
        if self.targets is None:
            return self.asking
        asked = asked_on(self.asking.asked, self.targets)
        return msgspec.structs.replace(self.asking, asked=asked)

    def serves(self, target: Target) -> bool:
        """Whether this is what is asked on the target."""
        return self.targets is None or target.name in {each.name for each in self.targets}


def variants(checkout: Checkout, services: Services, *, local: bool = True) -> tuple[Variant, ...]:
    """Load the project for all targets. Raises what loading raises."""
    layers = read_layers(checkout, services, local=local)
    first = _asking(layers, checkout, services, None)
    if not depends_on_target(layers.documents):
        return (Variant(first),)
    machine = target_named(services.machine.platform)
    groups: dict[Holding, list[Target]] = {}
    for target in first.asked.targets or (machine,):
        groups.setdefault(holding(layers.documents, target), []).append(target)
    askings = {holding(layers.documents, machine): first}
    for blocks, targets in groups.items():
        if blocks not in askings:
            askings[blocks] = _asking(layers, checkout, services, targets[0])
    found = tuple(Variant(askings[blocks], tuple(targets)) for blocks, targets in groups.items())
    _check_sources(found)
    services.use_indexes(routes(found))
    return found


def variant_on(found: tuple[Variant, ...], target: Target) -> Variant:
    """What is asked on a target of the lock."""
    return next(variant for variant in found if variant.serves(target))


def with_lock(checkout: Checkout, found: tuple[Variant, ...]) -> Checkout:
    """The checkout with the lock that its project builds from."""
    return building_from(checkout, found[0].asking.project)


def routes(found: tuple[Variant, ...]) -> tuple[IndexRoute, ...]:
    """The indexes of all variants, each once."""
    every = [route for variant in found for route in variant.asking.project.indexes]
    return tuple(route for place, route in enumerate(every) if route not in every[:place])


def fresh(
    checkout: Checkout, found: tuple[Variant, ...], services: Services, *, strict: bool
) -> Lock:
    """The lock, which must answer what is asked. Raises `LockError` that names each edit.

    What a lock has that nobody asks for is an edit, too, if `strict` and the lock is not shared.
    """
    from assembler.lock.freshness import edits  # noqa: PLC0415 - only what is compared needs it

    strict = strict and not is_shared(checkout)
    lock = locked(checkout, services)
    known = {target.name for variant in found for target in variant.targets or ()}
    edited: dict[str, Staleness] = {}
    every = [variant.question.asked for variant in found]
    for variant in found:
        elsewhere = known - {target.name for target in variant.targets or ()}
        theirs = without_others(lock, variant.question.asked, every)
        for part, asked in _compared(theirs, variant, elsewhere):
            for edit in edits(part, asked, strict=strict):
                edited.setdefault(edit.edit, edit)
    if edited:
        hints = (*hints_when_stale(checkout), *_local_hints(checkout, found, services))
        raise stale_error(checkout.lock_name, tuple(edited.values()), hints)
    return lock


def _local_hints(
    checkout: Checkout, found: tuple[Variant, ...], services: Services
) -> tuple[str, ...]:
    local = checkout.local_path
    read = local in found[0].asking.project.paths and services.files.state(local) is not None
    return (f"what `{local.name}` says is never locked",) if read else ()


def _compared(lock: Lock, variant: Variant, elsewhere: set[str]) -> Iterator[tuple[Lock, Asked]]:
    """Parts of the lock and what is asked of each: one a target where the lock differs on them."""
    asked = variant.question.asked
    part = locked_on(lock, {target.name for target in lock.targets} - elsewhere)
    if any(inputs.on for inputs in part.inputs.values()):
        for target in part.targets:
            alone = [each for each in asked.targets if each.name == target.name]
            yield locked_on(part, {target.name}), asked_on(asked, alone)
    yield part, asked


def _asking(
    layers: Layers, checkout: Checkout, services: Services, target: Target | None
) -> Question:
    project = checked_project(layers, checkout, services, target).project
    return question(project, declare(project, services.recipes), services)


def _check_sources(found: tuple[Variant, ...]) -> None:
    first, *others = (variant.asking.project for variant in found)
    for other in others:
        for one, two in (
            (first.sources, other.sources),
            (first.archives, other.archives),
            (first.repositories, other.repositories),
        ):
            if one != two:
                unlike = next(each for each in (*one, *two) if each not in one or each not in two)
                message = f"the source of `{unlike.name}` must be the same on all targets"
                raise ConfigurationError(message, origin=unlike.origin)
