"""Following requirements from the roots through pins: what is reachable, and whether all fits."""

from collections import deque
from collections.abc import Iterator

import msgspec

from assembler.solve.candidates import Candidate
from assembler.solve.catalogue import Entry
from assembler.solve.offers import Offer
from assembler.solve.problem import Pins, Problem
from assembler.solve.requirements import Bound, Demand


class Closure(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """The pins that roots reach, with every demand on each and who made it (`None`: a root).

    `tied` are names of which an extra, or a version itself, demands a version; `best` those whose
    pin is the best that all demands on it admit.
    """

    pins: dict[str, Offer] = {}
    extras: dict[str, set[str]] = {}
    demands: dict[str, dict[tuple[Demand, Candidate | None], None]] = {}
    dependencies: dict[str, set[str]] = {}
    tied: set[str] = set()
    best: set[str] = set()

    def same(self, other: "Closure") -> bool:
        """Whether names, versions, files and dependencies are the same."""
        files = self.pins == other.pins or _files(self) == _files(other)
        return files and self.dependencies == other.dependencies


class Gap(msgspec.Struct, frozen=True, eq=False):
    """A name that needs a pin, and what is demanded of it so far."""

    name: str
    bounds: tuple[Bound, ...]


def follow(problem: Problem, pins: Pins) -> Closure | None:
    """The closure of the roots, or `None` where pins are missing or don't fit their demands."""
    closure = _reach(problem, pins)
    if closure is None:
        return None
    for name in sorted(closure.pins):
        offered = _offered(problem, closure, name)
        if offered is None:
            return None
        closure.pins[name] = offered
    return closure


def reached(problem: Problem, pins: Pins) -> Closure:
    """What the roots reach of pins that satisfy them together with other programs' roots."""
    return _reach(problem, pins) or Closure()


def withdrawn(problem: Problem, pins: Pins) -> frozenset[Entry]:
    """The versions that a demand let in which nobody makes any more."""
    closure = _reach(problem, pins)
    names = () if closure is None else _not_offered(problem, closure)
    return frozenset(pins[name].entry for name in names)


def gap(problem: Problem, pins: Pins) -> Gap | None:
    """The first name that the roots reach and that has no pin; `None` if there is none.

    There is none either where a pin contradicts a demand.
    """
    bounds: dict[str, list[Bound]] = {}
    for demand, _ in _walk(problem, pins):
        bounds.setdefault(demand.name, []).append(demand.bound)
        if not _satisfied(demand, pins) and demand.name in pins:
            return None
    missing = next((name for name in bounds if name not in pins), None)
    return Gap(missing, tuple(bounds[missing])) if missing else None


def _reach(problem: Problem, pins: Pins) -> Closure | None:
    closure = Closure()
    for demand, parent in _walk(problem, pins):
        if not _satisfied(demand, pins):
            return None
        _note(closure, demand, parent, pins[demand.name])
    return closure


def _satisfied(demand: Demand, pins: Pins) -> bool:
    offer = pins.get(demand.name)
    return offer is not None and not demand.impossible and demand.bound.admits(offer.entry)


def _walk(problem: Problem, pins: Pins) -> Iterator[tuple[Demand, Candidate | None]]:
    """Every demand that the roots reach through pins, with who makes it."""
    seen: set[Candidate] = set()
    queue: deque[tuple[Demand, Candidate | None]] = deque(
        (demand, None) for demand in problem.demands()
    )
    while queue:
        demand, parent = queue.popleft()
        yield demand, parent
        offer = pins.get(demand.name)
        if offer is not None and not demand.impossible:
            candidate = problem.shelf.candidate(offer, demand.extra)
            if candidate not in seen:
                seen.add(candidate)
                queue.extend((needed, candidate) for needed in problem.shelf.demands(candidate))


def _not_offered(problem: Problem, closure: Closure) -> tuple[str, ...]:
    """The names whose pin all their demands together, and the constraints, do not offer."""
    return tuple(name for name in sorted(closure.pins) if _offered(problem, closure, name) is None)


def _note(closure: Closure, demand: Demand, parent: Candidate | None, offer: Offer) -> None:
    name = demand.name
    if name not in closure.pins:
        closure.pins[name] = offer
        closure.demands[name] = {}
        closure.extras[name] = set()
        closure.dependencies[name] = set()
    closure.demands[name][demand, parent] = None
    if demand.extra:
        closure.extras[name].add(demand.extra)
    if parent is None:
        return
    if parent.entry.name == name:
        closure.tied.add(name)
    else:
        closure.dependencies[parent.entry.name].add(name)


def _offered(problem: Problem, closure: Closure, name: str) -> Offer | None:
    offer = closure.pins[name]
    selection = problem.select(name, bounds_on(closure, name))
    if selection.first is offer:
        closure.best.add(name)
        return offer
    for other in selection:
        if other.entry is offer.entry:
            return other
        if problem.prefers(offer, other):
            return None
    return None


def bounds_on(closure: Closure, name: str) -> Iterator[Bound]:
    """The bounds of all demands on a name."""
    return (demand.bound for demand, _ in closure.demands[name])


def bounds_by_others(closure: Closure, name: str) -> Iterator[Bound]:
    """The bounds of all demands on a name but those that it makes itself."""
    return (
        demand.bound
        for demand, parent in closure.demands[name]
        if parent is None or parent.entry.name != name
    )


def _files(closure: Closure) -> dict[str, tuple[str, ...]]:
    return {
        name: (
            str(offer.entry.version),
            *(wheel.url for wheel in offer.wheels),
            offer.sdist.url if offer.sdist else "",
        )
        for name, offer in closure.pins.items()
    }
