"""How hard a search may try, and how it ends."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeAlias

import msgspec

from assembler.errors import NetworkError
from assembler.solve.candidates import Candidate
from assembler.solve.chain import Asked, line, way
from assembler.solve.problem import Pins, Problem
from assembler.solve.provider import Learning
from assembler.solve.requirements import Demand


class Effort(msgspec.Struct, frozen=True):
    """How hard to search: the n-th of `attempts` may take n times `rounds` rounds."""

    rounds: int = 1000
    attempts: int = 10


class Found(msgspec.Struct, frozen=True, eq=False):
    """Pins that satisfy the problem; some may not be reachable from its roots."""

    pins: Pins
    asked: Asked


class Impossible(msgspec.Struct, frozen=True, eq=False):
    """No pins can satisfy the problem.

    `causes` are the demands that clashed last, each with who asked; `asked` all that were seen;
    `hopeless` maps candidates to a demand of theirs that nothing satisfies.
    """

    causes: tuple[tuple[Demand, Candidate | None], ...]
    asked: Asked
    hopeless: Mapping[Candidate, Demand]


class GivenUp(msgspec.Struct, frozen=True, eq=False):
    """Nothing was found in time; `contested` are the names that conflicted most."""

    contested: tuple[str, ...]
    asked: Asked


Outcome: TypeAlias = Found | Impossible | GivenUp


def found(pins: Mapping[str, Candidate], learning: Learning) -> Found:
    """What a search found by identity, as the pins of distributions."""
    bare = (candidate for candidate in pins.values() if not candidate.extra)
    return Found({candidate.entry.name: candidate.offer for candidate in bare}, learning.asked)


@contextmanager
def told_who_asks(problem: Problem, learning: Learning) -> Iterator[None]:
    """Where an index can't be reached, tell who asks for the distribution."""
    try:
        yield
    except NetworkError as error:
        error.details = (*error.details, *_who_asks(problem, learning.asked))
        raise


def _who_asks(problem: Problem, asked: Asked) -> Iterator[str]:
    """The shortest way to the distribution whose index could not be reached."""
    for demand, parent in asked.get(problem.shelf.catalogue.unreached, {}):
        if text := line(problem.roots, asked, way(asked, demand, parent)):
            verb = "needs" if len(problem.programs) == 1 else "need"
            yield f"{problem.subject} {verb} it: {text}"
            return
