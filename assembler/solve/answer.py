"""An answer to a problem: pins that hold together, or why there are none."""

from typing import TypeAlias

from msgspec.structs import replace

from assembler.solve.chain import Asked
from assembler.solve.closure import Closure, follow, withdrawn
from assembler.solve.outcome import Effort, Found, GivenUp, Impossible
from assembler.solve.problem import Pins, Problem
from assembler.solve.provider import Latitude
from assembler.solve.search import search

Answer: TypeAlias = Closure | Impossible | GivenUp


_LENIENT_ATTEMPTS = 3
_COMBINATIONS = 2000


def answer(problem: Problem, seeds: Pins, effort: Effort) -> Answer:
    """Search for pins that hold, `seeds` first where they fit.

    Which pre-releases and yanked versions may be used depends on all that is demanded of a name,
    and the search knows that only in the end. If it fails at first, it tries these versions after
    all others, and refuses those that nothing lets in after all.
    """
    outcome = search(problem, seeds, effort, Latitude())
    if isinstance(outcome, GivenUp):
        return outcome
    if isinstance(outcome, Found) and (held := follow(problem, outcome.pins)):
        return held
    late = frozenset(name for name in _seen(outcome.asked) if _may_come_late(problem, name))
    lenient = _leniently(problem, seeds, effort, Latitude(lenient=late)) if late else None
    if lenient:
        return lenient
    return outcome if isinstance(outcome, Impossible) else GivenUp(tuple(sorted(late)), {})


def _leniently(problem: Problem, seeds: Pins, effort: Effort, latitude: Latitude) -> Closure | None:
    fewer = Effort(effort.rounds, min(effort.attempts, _LENIENT_ATTEMPTS))
    while True:
        outcome = search(problem, seeds, fewer, latitude)
        if not isinstance(outcome, Found):
            return _exhausted(problem, latitude) if latitude.refused else None
        if held := follow(problem, outcome.pins):
            return held
        new = withdrawn(problem, outcome.pins) - latitude.refused
        if not new:
            return None
        latitude = replace(latitude, refused=latitude.refused | new)


def _exhausted(problem: Problem, latitude: Latitude) -> Closure | None:
    from assembler.solve.exhaustion import exhaust  # noqa: PLC0415 - few searches come to this

    return exhaust(problem, latitude, _COMBINATIONS)


def _seen(asked: Asked) -> frozenset[str]:
    return frozenset(demand.name for demands in asked.values() for demand, _ in demands)


def _may_come_late(problem: Problem, name: str) -> bool:
    entries = problem.shelf.catalogue.page(name).entries
    return any(entry.prerelease or entry.has_yanked for entry in entries)
