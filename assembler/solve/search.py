"""Searching for pins that satisfy a problem: resolvelib, restarted with what was learnt."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from operator import attrgetter, methodcaller
from typing import TypeAlias

import msgspec
from resolvelib.resolvers import (
    Criterion,
    Resolution,
    ResolutionImpossible,
    ResolutionTooDeep,
)
from resolvelib.structs import IteratorMapping, build_iter_view

from assembler.errors import NetworkError
from assembler.solve.candidates import Candidate
from assembler.solve.chain import Asked, line, way
from assembler.solve.hopeless import Hopeless
from assembler.solve.problem import Pins, Problem
from assembler.solve.provider import (
    Latitude,
    Learning,
    Lessons,
    Limits,
    Preference,
    Provider,
    limits,
)
from assembler.solve.requirements import Demand
from assembler.solve.straight import straight


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


_VERDICTS_KEPT = 20_000


class Search(Resolution[Demand, Candidate, str]):
    """A resolution that looks for candidates again where a demand is withdrawn.

    resolvelib keeps the candidates that the withdrawn demand had left: too few of them, or a
    pre-release that only it had let in. It also checks every pin twice a round against all
    demands, and weighs every name that has no pin; as criteria never change, the verdicts and
    limits are kept here.
    """

    def __init__(self, provider: Provider, reporter: Learning) -> None:
        super().__init__(provider, reporter)
        self._weigh = provider.preference
        self._verdicts: dict[Criterion[Demand, Candidate], tuple[Candidate, bool]] = {}
        self._limits: dict[Criterion[Demand, Candidate], Limits] = {}

    def _get_preference(self, name: str) -> Preference:
        criterion = self._states[-1].criteria[name]
        known = self._limits.get(criterion)
        if known is None:
            if len(self._limits) > _VERDICTS_KEPT:
                self._limits.clear()
            known = self._limits[criterion] = limits(criterion.information)
        return self._weigh(name, known)

    def _is_current_pin_satisfying(
        self, name: str, criterion: Criterion[Demand, Candidate]
    ) -> bool:
        pin = self._states[-1].mapping.get(name)
        if pin is None:
            return False
        known = self._verdicts.get(criterion)
        if known is None or known[0] is not pin:
            if len(self._verdicts) > _VERDICTS_KEPT:
                self._verdicts.clear()
            known = (pin, super()._is_current_pin_satisfying(name, criterion))
            self._verdicts[criterion] = known
        return known[1]

    def _remove_information_from_criteria(
        self, criteria: dict[str, Criterion[Demand, Candidate]], parents: Collection[str]
    ) -> None:
        if not parents:
            return
        before = dict(criteria)
        super()._remove_information_from_criteria(criteria, parents)
        for key, criterion in criteria.items():
            if criterion.information and len(criterion.information) < len(before[key].information):
                matches = self._p.find_matches(
                    identifier=key,
                    requirements=IteratorMapping(criteria, methodcaller("iter_requirement")),
                    incompatibilities=IteratorMapping(criteria, attrgetter("incompatibilities")),
                )
                criteria[key] = Criterion(
                    build_iter_view(matches), criterion.information, criterion.incompatibilities
                )


def _who_asks(problem: Problem, asked: Asked) -> Iterator[str]:
    """The shortest way to the distribution whose index could not be reached."""
    for demand, parent in asked.get(problem.shelf.catalogue.unreached, {}):
        if text := line(problem.roots, asked, way(asked, demand, parent)):
            verb = "needs" if len(problem.programs) == 1 else "need"
            yield f"{problem.subject} {verb} it: {text}"
            return


def search(problem: Problem, seeds: Pins, effort: Effort, latitude: Latitude) -> Outcome:
    """Search for pins, `seeds` first where they fit."""
    lessons = Lessons(Hopeless(problem), Counter())
    return _straightly(problem, Provider(problem, seeds, latitude, lessons), effort) or searched(
        problem, seeds, effort, latitude
    )


def _straightly(problem: Problem, provider: Provider, effort: Effort) -> Found | None:
    """What is found where nothing conflicts, and no name must wait for a build to tell."""
    if provider.builds:
        return None
    learning = Learning(provider.lessons)
    with _told_who_asks(problem, learning):
        pins = straight(problem.demands(), provider, learning, effort.rounds)
    return None if pins is None else _found(pins, learning)


def searched(problem: Problem, seeds: Pins, effort: Effort, latitude: Latitude) -> Outcome:
    """Search with resolvelib, which goes back where demands conflict."""
    lessons = Lessons(Hopeless(problem), Counter())
    learning = Learning(lessons)
    for attempt in range(effort.attempts):
        provider = Provider(problem, seeds, latitude, lessons)
        learning = Learning(lessons)
        resolution = Search(provider, learning)
        try:
            with _told_who_asks(problem, learning):
                state = resolution.resolve(problem.demands(), effort.rounds * (attempt + 1))
        except ResolutionImpossible as impossible:
            causes = tuple((cause.requirement, cause.parent) for cause in impossible.causes)
            return Impossible(causes, learning.asked, lessons.hopeless.reasons)
        except ResolutionTooDeep:
            continue
        return _found(state.mapping, learning)
    contested = sorted(lessons.conflicts.items(), key=lambda counted: (-counted[1], counted[0]))
    return GivenUp(tuple(name for name, _ in contested[:5]), learning.asked)


def _found(pins: Mapping[str, Candidate], learning: Learning) -> Found:
    bare = (candidate for candidate in pins.values() if not candidate.extra)
    return Found({candidate.entry.name: candidate.offer for candidate in bare}, learning.asked)


@contextmanager
def _told_who_asks(problem: Problem, learning: Learning) -> Iterator[None]:
    """Where an index can't be reached, tell who asks for the distribution."""
    try:
        yield
    except NetworkError as error:
        error.details = (*error.details, *_who_asks(problem, learning.asked))
        raise
