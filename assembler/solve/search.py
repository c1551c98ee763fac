"""Searching for pins that satisfy a problem."""

from collections import Counter

from assembler.solve.hopeless import Hopeless
from assembler.solve.outcome import Effort, Found, Outcome, found, told_who_asks
from assembler.solve.problem import Pins, Problem
from assembler.solve.provider import Latitude, Learning, Lessons, Provider
from assembler.solve.straight import straight


def search(problem: Problem, seeds: Pins, effort: Effort, latitude: Latitude) -> Outcome:
    """Search for pins, `seeds` first where they fit."""
    lessons = Lessons(Hopeless(problem), Counter())
    provider = Provider(problem, seeds, latitude, lessons)
    if straight_on := _straightly(problem, provider, effort):
        return straight_on
    from assembler.solve.backtracking import searched  # noqa: PLC0415 - loads resolvelib

    return searched(problem, seeds, effort, latitude)


def _straightly(problem: Problem, provider: Provider, effort: Effort) -> Found | None:
    """What is found where nothing conflicts, and no name must wait for a build to tell."""
    if provider.builds:
        return None
    learning = Learning(provider.lessons)
    with told_who_asks(problem, learning):
        pins = straight(problem.demands(), provider, learning, effort.rounds)
    return None if pins is None else found(pins, learning)
