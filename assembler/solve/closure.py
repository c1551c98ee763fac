"""Following requirements from the roots through pins: what is reachable, and whether all fits."""

from collections import deque
from collections.abc import Iterator

import msgspec

from assembler.solve.candidates import Candidate, Offer
from assembler.solve.problem import Pins, Problem
from assembler.solve.requirements import Bound, Demand


class Closure(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """The pins that roots reach, with every demand on each and who made it (`None`: a root)."""

    pins: dict[str, Offer] = {}
    extras: dict[str, set[str]] = {}
    demands: dict[str, dict[tuple[Demand, Candidate | None], None]] = {}
    dependencies: dict[str, set[str]] = {}

    def same_pins(self, other: "Closure") -> bool:
        """Whether names, versions and files are the same."""
        return _files(self) == _files(other)


def follow(problem: Problem, pins: Pins) -> Closure | None:
    """The closure of the roots, or `None` where pins are missing or don't fit their demands."""
    closure = Closure()
    seen: set[Candidate] = set()
    queue: deque[tuple[Demand, Candidate | None]] = deque(
        (demand, None) for demand in problem.demands()
    )
    while queue:
        demand, parent = queue.popleft()
        offer = pins.get(demand.name)
        if offer is None or demand.impossible or not demand.bound.admits(offer.entry):
            return None
        _note(closure, demand, parent, offer)
        candidate = problem.shelf.candidate(offer, demand.extra)
        if candidate not in seen:
            seen.add(candidate)
            queue.extend((needed, candidate) for needed in problem.shelf.demands(candidate))
    return _as_offered(problem, closure)


def _as_offered(problem: Problem, closure: Closure) -> Closure | None:
    """Each pin as all its demands together, and the constraints, offer it; `None` if they don't."""
    for name, offer in closure.pins.items():
        found = _offered(problem, closure, name, offer)
        if found is None:
            return None
        closure.pins[name] = found
    return closure


def _note(closure: Closure, demand: Demand, parent: Candidate | None, offer: Offer) -> None:
    closure.pins[demand.name] = offer
    closure.demands.setdefault(demand.name, {})[demand, parent] = None
    extras = closure.extras.setdefault(demand.name, set())
    if demand.extra:
        extras.add(demand.extra)
    closure.dependencies.setdefault(demand.name, set())
    if parent is not None and parent.entry.name != demand.name:
        closure.dependencies.setdefault(parent.entry.name, set()).add(demand.name)


def _offered(problem: Problem, closure: Closure, name: str, offer: Offer) -> Offer | None:
    for other in problem.select(name, bounds_on(closure, name)):
        if other.entry is offer.entry:
            return other
        if other.entry.version < offer.entry.version:
            return None
    return None


def bounds_on(closure: Closure, name: str) -> Iterator[Bound]:
    """The bounds of all demands on a name."""
    return (demand.bound for demand, _ in closure.demands[name])


def _files(closure: Closure) -> dict[str, tuple[str, ...]]:
    return {
        name: (
            str(offer.entry.version),
            *(wheel.url for wheel in offer.wheels),
            offer.sdist.url if offer.sdist else "",
        )
        for name, offer in closure.pins.items()
    }
