"""Improving pins until no single one could be better with all the others as they are.

Better means newer, or older where the lowest versions are preferred.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice, takewhile

from assembler.solve.catalogue import Entry
from assembler.solve.closure import Closure, bounds_by_others, follow
from assembler.solve.offers import Offer
from assembler.solve.outcome import Effort, Found
from assembler.solve.problem import Pins, Problem
from assembler.solve.provider import Latitude
from assembler.solve.requirements import Demand
from assembler.solve.search import search

_EFFORT = Effort(rounds=1000, attempts=1)
_BATCH = 32


def improved(problem: Problem, closure: Closure, kept: Collection[str]) -> Closure:
    """The closure with every pin that is not `kept` as good as it can be by itself."""
    while found := _improve_one(problem, closure, kept):
        closure = found
    return closure


def carried_over(problem: Problem, reference: Problem, replayed: Closure) -> Closure | None:
    """Another problem's answer, improved where this one offers more; `None` if that may not do.

    It does where each distribution of which the best version is another here than there has it:
    two that can only be better together are then among those that are the same.
    """
    found = improved(problem, replayed, ())
    if found is replayed:
        return found
    for name, pin in found.pins.items():
        here, there = _first(problem, name), _first(reference, name)
        if here is not there and pin.entry is not here:
            return None
    return found


def _first(problem: Problem, name: str) -> Entry | None:
    """The best version of a name that its constraints and the environment admit."""
    best = problem.select(name, ()).first
    return best.entry if best else None


def _improve_one(problem: Problem, closure: Closure, kept: Collection[str]) -> Closure | None:
    for name in sorted(closure.pins):
        if name in kept:
            continue
        for offer in _better(problem, closure, name):
            found = _with(problem, closure, offer)
            if found is not None:
                return found
    return None


def _better(problem: Problem, closure: Closure, name: str) -> Iterable[Offer]:
    """The offers of a name that are better than its pin."""
    if name in closure.best and name not in closure.tied:
        return ()
    pinned = closure.pins[name]
    selection = problem.select(name, bounds_by_others(closure, name))
    if selection.first is pinned:
        return ()
    return _in_batches(problem, takewhile(lambda one: problem.prefers(one, pinned), selection))


def _in_batches(problem: Problem, offers: Iterator[Offer]) -> Iterator[Offer]:
    """The offers, their metadata fetched in batches."""
    while batch := tuple(islice(offers, _BATCH)):
        quick = [offer.file for offer in batch if offer.file and not offer.slow]
        problem.shelf.catalogue.anticipate_metadata(quick)
        yield from batch


def _with(problem: Problem, closure: Closure, offer: Offer) -> Closure | None:
    """The closure with this offer and all other pins as they are, if it holds."""
    name = offer.entry.name
    pins = {**closure.pins, name: offer}
    wanted = [
        demand
        for extra in ("", *sorted(closure.extras[name]))
        for demand in problem.shelf.demands(problem.shelf.candidate(offer, extra))
    ]
    if not all(_fits(pins, demand) for demand in wanted):
        return None
    if all(demand.name in pins for demand in wanted) and (held := follow(problem, pins)):
        return held
    fixed = {other: pin.entry for other, pin in pins.items()}
    outcome = search(problem, {}, _EFFORT, Latitude(fixed=fixed))
    return follow(problem, outcome.pins) if isinstance(outcome, Found) else None


def _fits(pins: Pins, demand: Demand) -> bool:
    if demand.impossible:
        return False
    offer = pins.get(demand.name)
    return offer is None or demand.bound.admits(offer.entry)
