"""The smallest sets of roots and constraints that can't hold together."""

from collections.abc import Iterator
from itertools import combinations

import msgspec

from assembler.solve.answer import Answer, answer
from assembler.solve.candidates import Candidate
from assembler.solve.chain import Asked
from assembler.solve.outcome import Effort, GivenUp, Impossible
from assembler.solve.problem import ParsedConstraint, ParsedRoot, Problem

_EFFORT = Effort(rounds=1000, attempts=1)
_MOST_GIVEN_UP = 3
_MOST_CONFLICTS = 8


class Culprits(msgspec.Struct, frozen=True, eq=False):
    """A problem of which no root and no constraint can be left out, and how it fails."""

    problem: Problem
    failure: Impossible


class Trials:
    """Searches that an explanation makes: so many of bounded length, and then no more.

    There are none either after a few that found nothing in time.
    """

    def __init__(self, left: int) -> None:
        self._left = left
        self._given_up = 0

    def answer(self, problem: Problem) -> Answer | None:
        """An answer to the problem; `None` if there are no more trials."""
        if self._left <= 0 or self._given_up >= _MOST_GIVEN_UP:
            return None
        self._left -= 1
        outcome = answer(problem, {}, _EFFORT)
        self._given_up += isinstance(outcome, GivenUp)
        return outcome


def proven(problem: Problem, trials: Trials) -> tuple[Problem, Impossible] | None:
    """One or two of the roots that fail alone, if trials find any.

    All of them together can be more than a search gets to the end of.
    """
    for count in (1, 2):
        for roots in combinations(problem.roots, count):
            few = problem.narrowed(roots, problem.constraints)
            outcome = trials.answer(few)
            if isinstance(outcome, Impossible):
                return few, outcome
    return None


def independent(problem: Problem, failure: Impossible, trials: Trials) -> Iterator[Culprits]:
    """Culprits, then those that are left without the roots of these, and so on."""
    for _ in range(_MOST_CONFLICTS):
        found = culprits(problem, failure, trials)
        yield found
        guilty = {parsed.root for parsed in found.problem.roots}
        rest = [parsed for parsed in problem.roots if parsed.root not in guilty]
        problem = problem.narrowed(rest, problem.constraints)
        outcome = trials.answer(problem) if guilty and rest else None
        if not isinstance(outcome, Impossible):
            return
        failure = outcome


def culprits(problem: Problem, failure: Impossible, trials: Trials) -> Culprits:
    """Leave out roots, then constraints, as long as the rest still fails."""
    found = _near(problem, failure, trials)
    found = _reduced(found, sorted(found.problem.roots, key=_root_order), trials)
    for constraint in found.problem.constraints:
        others = [other for other in found.problem.constraints if other is not constraint]
        found = _fails(found.problem.narrowed(found.problem.roots, others), trials) or found
    return found


def _reduced(found: Culprits, roots: list[ParsedRoot], trials: Trials) -> Culprits:
    """Leave out these roots, or each half of them, as long as the rest still fails."""
    out = {parsed.root for parsed in roots}
    rest = [parsed for parsed in found.problem.roots if parsed.root not in out]
    if rest and (fewer := _fails(found.problem.narrowed(rest, found.problem.constraints), trials)):
        return fewer
    if len(roots) <= 1:
        return found
    middle = len(roots) // 2
    found = _reduced(found, roots[:middle], trials)
    return _reduced(found, roots[middle:], trials)


def _near(problem: Problem, failure: Impossible, trials: Trials) -> Culprits:
    """The roots that lead to the clash, and constraints on names seen, if these fail alone."""
    names = {demand.name for demand, _ in failure.causes}
    names.update(parent.entry.name for _, parent in failure.causes if parent)
    reaching = _ancestors(names, failure.asked)
    seen = {demand.name for asked in failure.asked.values() for demand, _ in asked}
    roots = [root for root in problem.roots if root.requirement.name in reaching]
    constraints = [constraint for constraint in problem.constraints if constraint.name in seen]
    return _fails(problem.narrowed(roots, constraints), trials) or Culprits(problem, failure)


def _ancestors(names: set[str], asked: Asked) -> set[str]:
    parents: dict[str, set[str]] = {}
    for demands in asked.values():
        for demand, parent in demands:
            if parent:
                parents.setdefault(demand.name, set()).add(_name(parent))
    reached = set(names)
    waiting = list(names)
    while waiting:
        new = parents.get(waiting.pop(), set()) - reached
        reached |= new
        waiting.extend(new)
    return reached


def _name(candidate: Candidate) -> str:
    return candidate.entry.name


def _fails(problem: Problem, trials: Trials) -> Culprits | None:
    outcome = trials.answer(problem)
    return Culprits(problem, outcome) if isinstance(outcome, Impossible) else None


def _root_order(root: ParsedRoot) -> tuple[str, str]:
    return root.requirement.text, root.root.requirement


def constraint_place(constraint: ParsedConstraint) -> str:
    """A constraint and where it was written."""
    return f"the constraint `{constraint.text}` ({constraint.constraint.origin})"
