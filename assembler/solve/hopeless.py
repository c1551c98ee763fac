"""Candidates that can be part of no answer to a problem, whatever else is pinned."""

from collections.abc import Mapping

from assembler.solve.candidates import Candidate
from assembler.solve.problem import Problem
from assembler.solve.requirements import Bound, Demand


class Hopeless:
    """Learns which candidates demand what nothing can satisfy, beside the roots and constraints.

    resolvelib forgets such a thing when it backtracks, and would find it again for every version
    of every distribution on the way there.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._roots: dict[str, frozenset[Bound]] = {}
        self._reasons: dict[Candidate, Demand] = {}
        for demand in problem.demands():
            bounds = self._roots.get(demand.name, frozenset())
            self._roots[demand.name] = bounds | {demand.bound}

    def __contains__(self, candidate: Candidate) -> bool:
        return candidate in self._reasons

    @property
    def reasons(self) -> Mapping[Candidate, Demand]:
        """The demand of each hopeless candidate that nothing satisfies."""
        return self._reasons

    def learn(self, candidate: Candidate, key: str) -> None:
        """Judge a candidate that was rejected for its demand on this identity."""
        for demand in self._problem.shelf.demands(candidate):
            if demand.key == key and not self._satisfiable(demand):
                self._reasons[candidate] = demand
                return

    def root_bounds(self, name: str) -> frozenset[Bound]:
        """What the roots demand of a name."""
        return self._roots.get(name, frozenset())

    def _satisfiable(self, demand: Demand) -> bool:
        if demand.impossible:
            return False
        bounds = self.root_bounds(demand.name) | {demand.bound}
        shelf = self._problem.shelf
        return any(
            shelf.candidate(offer, demand.extra) not in self._reasons
            for offer in self._problem.select(demand.name, bounds, lenient=True)
        )
