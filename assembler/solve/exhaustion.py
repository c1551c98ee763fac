"""Trying combinations one by one, where what may be used depends on the whole combination."""

from collections.abc import Iterator

from assembler.solve.closure import Closure, Gap, follow, gap
from assembler.solve.problem import Pins, Problem
from assembler.solve.provider import Latitude


def exhaust(problem: Problem, latitude: Latitude, combinations: int) -> Closure | None:
    """The first combination that holds, of at most so many; newest versions are tried first."""
    for tried, pins in enumerate(_complete(problem, latitude, {})):
        if held := follow(problem, pins):
            return held
        if tried >= combinations:
            return None
    return None


def _complete(problem: Problem, latitude: Latitude, pins: Pins) -> Iterator[Pins]:
    """Every choice of pins that leaves no demand open, and dead ends, in a fixed order."""
    missing = gap(problem, pins)
    if not isinstance(missing, Gap):
        yield pins
        return
    name = missing.name
    for offer in problem.select(name, missing.bounds, lenient=name in latitude.lenient):
        yield from _complete(problem, latitude, {**pins, name: offer})
