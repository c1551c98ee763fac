"""The search that goes back where demands conflict: resolvelib, restarted with what was learnt."""

from collections import Counter
from collections.abc import Collection
from operator import attrgetter, methodcaller

from resolvelib import AbstractProvider, BaseReporter
from resolvelib.resolvers import (
    Criterion,
    Resolution,
    ResolutionImpossible,
    ResolutionTooDeep,
)
from resolvelib.structs import IteratorMapping, build_iter_view

from assembler.solve.candidates import Candidate
from assembler.solve.hopeless import Hopeless
from assembler.solve.outcome import Effort, GivenUp, Impossible, Outcome, found, told_who_asks
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

_VERDICTS_KEPT = 20_000


class Questions(Provider, AbstractProvider[Demand, Candidate, str]):
    """What resolvelib asks about a problem."""


class Reports(Learning, BaseReporter[Demand, Candidate, str]):
    """What resolvelib reports, learnt from."""


class Search(Resolution[Demand, Candidate, str]):
    """A resolution that looks for candidates again where a demand is withdrawn.

    resolvelib keeps the candidates that the withdrawn demand had left: too few of them, or a
    pre-release that only it had let in. It also checks every pin twice a round against all
    demands, and weighs every name that has no pin; as criteria never change, the verdicts and
    limits are kept here.
    """

    def __init__(self, provider: Questions, reporter: Reports) -> None:
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


def searched(problem: Problem, seeds: Pins, effort: Effort, latitude: Latitude) -> Outcome:
    """Search with resolvelib, which goes back where demands conflict."""
    lessons = Lessons(Hopeless(problem), Counter())
    learning = Reports(lessons)
    for attempt in range(effort.attempts):
        provider = Questions(problem, seeds, latitude, lessons)
        learning = Reports(lessons)
        resolution = Search(provider, learning)
        try:
            with told_who_asks(problem, learning):
                state = resolution.resolve(problem.demands(), effort.rounds * (attempt + 1))
        except ResolutionImpossible as impossible:
            causes = tuple((cause.requirement, cause.parent) for cause in impossible.causes)
            return Impossible(causes, learning.asked, lessons.hopeless.reasons)
        except ResolutionTooDeep:
            continue
        return found(state.mapping, learning)
    contested = sorted(lessons.conflicts.items(), key=lambda counted: (-counted[1], counted[0]))
    return GivenUp(tuple(name for name, _ in contested[:5]), learning.asked)
