"""Searching for pins that satisfy a problem: resolvelib, restarted with what was learnt."""

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

import msgspec
from resolvelib.resolvers import Resolution, ResolutionImpossible, ResolutionTooDeep

from assembler.solve.candidates import Candidate
from assembler.solve.problem import Pins, Problem
from assembler.solve.provider import Learning, Provider
from assembler.solve.requirements import Demand

Asked: TypeAlias = Mapping[str, Mapping[tuple[Demand, Candidate | None], None]]


class Effort(msgspec.Struct, frozen=True):
    """How hard to search: the n-th of `attempts` may take n times `rounds` rounds."""

    rounds: int = 1000
    attempts: int = 20


class Found(msgspec.Struct, frozen=True, eq=False):
    """Pins that satisfy the problem; some may not be reachable from its roots."""

    pins: Pins


class Impossible(msgspec.Struct, frozen=True, eq=False):
    """No pins can satisfy the problem.

    `causes` are the demands that clashed last, each with who asked; `asked` all that were seen.
    """

    causes: tuple[tuple[Demand, Candidate | None], ...]
    asked: Asked


class GivenUp(msgspec.Struct, frozen=True, eq=False):
    """Nothing was found in time; `contested` are the names that conflicted most."""

    contested: tuple[str, ...]
    asked: Asked


Outcome: TypeAlias = Found | Impossible | GivenUp


def search(problem: Problem, seeds: Pins, effort: Effort) -> Outcome:
    """Search for pins, `seeds` first where they fit."""
    conflicts: Counter[str] = Counter()
    learning = Learning(conflicts)
    for attempt in range(effort.attempts):
        provider = Provider(problem, seeds, conflicts)
        learning = Learning(conflicts)
        resolution = Resolution(provider, learning)
        try:
            state = resolution.resolve(problem.demands(), effort.rounds * (attempt + 1))
        except ResolutionImpossible as impossible:
            causes = tuple((cause.requirement, cause.parent) for cause in impossible.causes)
            return Impossible(causes, learning.asked)
        except ResolutionTooDeep:
            continue
        return Found(
            {
                candidate.entry.name: candidate.offer
                for candidate in state.mapping.values()
                if not candidate.extra
            }
        )
    contested = sorted(conflicts, key=lambda name: (-conflicts[name], name))
    return GivenUp(tuple(contested[:5]), learning.asked)
