"""Roots that leave the lowest version open where the lowest one is preferred."""

from collections.abc import Iterator

from assembler.solve.chain import place
from assembler.solve.problem import Problem

_FROM_BELOW = frozenset({">=", ">", "==", "===", "~="})


def unbounded(problem: Problem) -> Iterator[str]:
    """A sentence for each root without a lower bound, which gets the first release there is."""
    for root in problem.roots:
        name = root.requirement.name
        if name not in problem.lowest or problem.shelf.catalogue.own(name) is not None:
            continue
        bounds = [demand.bound for demand in root.requirement.demands]
        bounds += problem.by_name.get(name, frozenset())
        operators = {clause.operator for bound in bounds for clause in bound.specifier}
        if not operators & _FROM_BELOW:
            yield f"{place(root)} has no lower bound, so that the lowest version of all is chosen"
