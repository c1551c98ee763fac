"""The smallest set of roots and constraints that can't hold together."""

import msgspec

from assembler.solve.answer import answer
from assembler.solve.candidates import Candidate
from assembler.solve.problem import ParsedConstraint, ParsedRoot, Problem
from assembler.solve.search import Asked, Effort, Impossible

_EFFORT = Effort(rounds=2000, attempts=1)


class Culprits(msgspec.Struct, frozen=True, eq=False):
    """A problem of which no root and no constraint can be left out, and how it fails."""

    problem: Problem
    failure: Impossible


def culprits(problem: Problem, failure: Impossible) -> Culprits:
    """Leave out roots, then constraints, as long as the rest still fails."""
    found = _near(problem, failure)
    for root in sorted(found.problem.roots, key=_root_order):
        rest = [other for other in found.problem.roots if other is not root]
        found = _fails(found.problem.narrowed(rest, found.problem.constraints)) or found
    for constraint in found.problem.constraints:
        others = [other for other in found.problem.constraints if other is not constraint]
        found = _fails(found.problem.narrowed(found.problem.roots, others)) or found
    return found


def _near(problem: Problem, failure: Impossible) -> Culprits:
    """The roots that lead to the clash, and constraints on names seen, if these fail alone."""
    names = {demand.name for demand, _ in failure.causes}
    names.update(parent.entry.name for _, parent in failure.causes if parent)
    reaching = _ancestors(names, failure.asked)
    seen = {demand.name for asked in failure.asked.values() for demand, _ in asked}
    roots = [root for root in problem.roots if root.requirement.name in reaching]
    constraints = [constraint for constraint in problem.constraints if constraint.name in seen]
    return _fails(problem.narrowed(roots, constraints)) or Culprits(problem, failure)


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


def _fails(problem: Problem) -> Culprits | None:
    outcome = answer(problem, {}, _EFFORT)
    return Culprits(problem, outcome) if isinstance(outcome, Impossible) else None


def _root_order(root: ParsedRoot) -> tuple[str, str]:
    return root.requirement.text, root.root.requirement


def constraint_place(constraint: ParsedConstraint) -> str:
    """A constraint and where it was written."""
    return f"the constraint `{constraint.text}` ({constraint.constraint.origin})"
