"""What the cache lacks for a solve that may ask nobody, as far as it can be known beforehand."""

from collections import deque
from collections.abc import Iterator, Mapping

from assembler.errors import OfflineError
from assembler.solve.candidates import Candidate
from assembler.solve.offers import Offer
from assembler.solve.problem import Problem
from assembler.solve.requirements import Bound, Demand


def lacked(problem: Problem, preferred: Mapping[str, str]) -> Iterator[str]:
    """Each thing that is not there, from the roots on through the versions that come first.

    `preferred` are versions by name that come before others; whatever the roots are, they are
    looked at. No search is made: what a conflict would lead to is not known.
    """
    bounds: dict[str, set[Bound]] = {}
    seen: set[Candidate] = set()
    known = problem.shelf.requirements
    kept = (demand for name in preferred for demand in known.parse(name).demands)
    queue = deque((*problem.demands(), *kept))
    while queue:
        demand = queue.popleft()
        bounds.setdefault(demand.name, set()).add(demand.bound)
        try:
            candidate = _first(problem, demand, bounds[demand.name], preferred)
            if candidate and candidate not in seen:
                seen.add(candidate)
                queue.extend(problem.shelf.demands(candidate))
        except OfflineError as error:
            yield from error.things


def _first(
    problem: Problem, demand: Demand, bounds: set[Bound], preferred: Mapping[str, str]
) -> Candidate | None:
    """The candidate that a search would try first, if the demand leaves any."""
    if demand.impossible:
        return None
    shelf = problem.shelf
    page = shelf.catalogue.page(demand.name)
    entry = page.entry(preferred[demand.name]) if demand.name in preferred else None
    offer = shelf.offer(entry, yanked=True) if entry else None
    if not isinstance(offer, Offer) or not all(bound.admits(offer.entry) for bound in bounds):
        offer = next(iter(problem.select(demand.name, bounds)), None)
    return shelf.candidate(offer, demand.extra) if offer else None
