"""What a search asks about requirements and candidates."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import msgspec

from assembler.model.distribution import DistributionFile
from assembler.solve.candidates import Candidate, Selection
from assembler.solve.catalogue import Entry
from assembler.solve.hopeless import Hopeless
from assembler.solve.offers import Offer
from assembler.solve.problem import Pins, Problem
from assembler.solve.requirements import Demand, split_key

if TYPE_CHECKING:
    from resolvelib.resolvers import Criterion
    from resolvelib.structs import RequirementInformation

    Cause: TypeAlias = RequirementInformation[Demand, Candidate]

_PROMOTED_AFTER = 5
_BATCHES = {3: 8, 11: 32, 43: 64}
_LARGE = 64 * 1024 * 1024  # bytes of an sdist that is not fetched on a guess

Preference: TypeAlias = tuple[bool | int, ...]


class Limits(NamedTuple):
    """Whether the demands on a name ask for one version, or at least have an upper end."""

    exact: bool
    upper: bool


class Latitude(msgspec.Struct, frozen=True, eq=False):
    """How freely to search.

    `lenient` are names whose pre-releases and yanked versions may be tried, as another demand may
    let them in; `refused` are versions of which that turned out wrong; names in `fixed` must have
    that version if any.
    """

    lenient: frozenset[str] = frozenset()
    refused: frozenset[Entry] = frozenset()
    fixed: Mapping[str, Entry] = {}


class Lessons(msgspec.Struct, frozen=True, eq=False):
    """What is learnt about a problem and survives restarts.

    `conflicts` counts how often an identity took part in one.
    """

    hopeless: Hopeless
    conflicts: Counter[str]


class Provider:
    """One problem as a search sees it.

    `seeds` are offers that come first where they fit.
    """

    def __init__(self, problem: Problem, seeds: Pins, latitude: Latitude, lessons: Lessons) -> None:
        self._problem = problem
        self._shelf = problem.shelf
        self._seeds = seeds
        self.lessons = lessons
        self._latitude = latitude
        self._mentions: dict[str, int] = {}
        self._causes: frozenset[str] = frozenset()
        policy = problem.shelf.policy
        self.builds = bool(policy.sdists or policy.from_source)
        self.mention(problem.demands())

    def identify(self, requirement_or_candidate: Demand | Candidate) -> str:
        """The name, or the name with its extra."""
        return requirement_or_candidate.key

    def find_matches(
        self,
        identifier: str,
        requirements: Mapping[str, Iterator[Demand]],
        incompatibilities: Mapping[str, Iterator[Candidate]],
    ) -> Callable[[], Iterator[Candidate]]:
        """A callable that yields candidates, preferred ones first, without reading metadata."""
        demands = list(requirements[identifier])
        name, extra = split_key(identifier)
        if extra and name in requirements:
            demands += requirements[name]
        return self.matching(identifier, demands, frozenset(incompatibilities[identifier]))

    def matching(
        self, identifier: str, demands: Sequence[Demand], without: frozenset[Candidate]
    ) -> Callable[[], Iterator[Candidate]]:
        """A callable that yields the candidates that demands admit, preferred ones first."""
        name, extra = split_key(identifier)
        selection = self._selected(name, demands)
        if selection is None:
            return lambda: iter(())
        return lambda: self._candidates(selection, name, extra, without)

    def first(self, name: str, extra: str, demands: Sequence[Demand]) -> Candidate | None:
        """The first that `matching` yields where nothing is left out, `None` if there is none."""
        selection = self._selected(name, demands)
        if selection is None:
            return None
        if self._may_be_another(name):
            return next(self._candidates(selection, name, extra, frozenset()), None)
        offer = selection.first
        if offer is None:
            return None
        self._prefetch(selection, offer, 0)
        return self._shelf.candidate(offer, extra)

    def _may_be_another(self, name: str) -> bool:
        """Whether the first candidate may be other than the first that is selected."""
        latitude = self._latitude
        learnt = latitude.refused or self.lessons.hopeless.reasons
        return bool(learnt) or name in self._seeds or name in latitude.fixed

    def _selected(self, name: str, demands: Sequence[Demand]) -> Selection | None:
        """What all of these demands admit, `None` if one of them is impossible."""
        if any(demand.impossible for demand in demands):
            return None
        bounds = (demand.bound for demand in demands)
        return self._problem.select(name, bounds, lenient=name in self._latitude.lenient)

    def is_satisfied_by(self, requirement: Demand, candidate: Candidate) -> bool:
        """Whether a candidate is what a requirement asks."""
        return not requirement.impossible and requirement.bound.admits(candidate.offer.entry)

    def get_dependencies(self, candidate: Candidate) -> tuple[Demand, ...]:
        """What a candidate needs."""
        demands = self._shelf.demands(candidate)
        self.mention(demands)
        return demands

    def narrow_requirement_selection(
        self,
        identifiers: Iterable[str],
        resolutions: Mapping[str, Candidate],  # noqa: ARG002 - resolvelib passes it by name
        candidates: Mapping[str, Iterator[Candidate]],  # noqa: ARG002 - the same
        information: Mapping[str, Iterator["Cause"]],
        backtrack_causes: Sequence["Cause"],
    ) -> Iterable[str]:
        """All names, but while there are others, those whose best candidate is an sdist.

        They are asked about meanwhile. Names that conflict are never left out.
        """
        self._causes = _names(backtrack_causes)
        names = list(identifiers)
        return self._quick_first(names, information) if self.builds else names

    def get_preference(
        self,
        identifier: str,
        resolutions: Mapping[str, Candidate],  # noqa: ARG002 - resolvelib passes it by name
        candidates: Mapping[str, Iterator[Candidate]],  # noqa: ARG002 - the same
        information: Mapping[str, Iterator["Cause"]],
        backtrack_causes: Sequence["Cause"],  # noqa: ARG002 - read in narrow_requirement_selection
    ) -> Preference:
        """See `preference`."""
        return self.preference(identifier, limits(information[identifier]))

    def preference(self, identifier: str, limits: Limits) -> Preference:
        """The first name of which one version is asked, if there is one.

        Else bounded names first, then those that conflict, then the order of mention.
        """
        if limits.exact:
            return (False,)
        conflicts = self.lessons.conflicts[identifier]
        promoted = conflicts >= _PROMOTED_AFTER
        return (
            True,
            not limits.upper,
            identifier not in self._causes,
            not promoted,
            -conflicts if promoted else 0,
            self._mentions[identifier],
        )

    def _quick_first(
        self, names: list[str], information: Mapping[str, Iterator["Cause"]]
    ) -> list[str]:
        slow = {
            name: file
            for name in names
            if name not in self._causes and (file := self._slow(name, information[name]))
        }
        quick = [name for name in names if name not in slow]
        if not quick:
            self._shelf.catalogue.anticipate_metadata(list(slow.values()))
        return quick or names

    def _slow(self, identifier: str, causes: Iterator["Cause"]) -> DistributionFile | None:
        """The sdist that must be asked what the best candidate needs, if it is one."""
        bounds = [cause.requirement.bound for cause in causes]
        best = next(iter(self._problem.select(split_key(identifier)[0], bounds)), None)
        return best.file if best and best.slow else None

    def mention(self, demands: Iterable[Demand]) -> None:
        """Note the names in the order in which they are first seen, and prefetch their pages."""
        new = [demand for demand in demands if demand.key not in self._mentions]
        if new:
            for demand in new:
                self._mentions[demand.key] = len(self._mentions)
            self._shelf.catalogue.anticipate(demand.name for demand in new if not demand.impossible)

    def _candidates(
        self, selection: Selection, name: str, extra: str, without: frozenset[Candidate]
    ) -> Iterator[Candidate]:
        for count, offer in enumerate(self._ordered(selection, name)):
            candidate = self._shelf.candidate(offer, extra)
            if candidate in without or candidate in self.lessons.hopeless:
                continue
            if offer.entry not in self._latitude.refused:
                self._prefetch(selection, offer, count)
                yield candidate

    def _ordered(self, selection: Selection, name: str) -> Iterator[Offer]:
        if fixed := self._latitude.fixed.get(name):
            return (offer for offer in selection if offer.entry is fixed)
        if seed := self._seeds.get(name):
            return _seed_first(selection, seed)
        return iter(selection)

    def _prefetch(self, selection: Selection, offer: Offer, count: int) -> None:
        guessed = offer.file and not (offer.slow and (offer.file.size or 0) > _LARGE)
        files = [offer.file] if offer.file and guessed else []
        if batch := _BATCHES.get(count):
            following = islice(self._after(selection, offer), batch)
            files += [other.file for other in following if other.file and not other.slow]
        self._shelf.catalogue.anticipate_metadata(files)

    def _after(self, selection: Selection, offer: Offer) -> Iterator[Offer]:
        return (other for other in selection if self._problem.prefers(offer, other))


class Learning:
    """Learns from conflicts, and remembers who asked for what."""

    def __init__(self, lessons: Lessons) -> None:
        self._lessons = lessons
        self.asked: dict[str, dict[tuple[Demand, Candidate | None], None]] = {}

    def adding_requirement(self, requirement: Demand, parent: Candidate | None) -> None:
        """Remember who asks for a requirement."""
        self.asked.setdefault(requirement.key, {})[requirement, parent] = None

    def rejecting_candidate(
        self, criterion: "Criterion[Demand, Candidate]", candidate: Candidate
    ) -> None:
        """Learn whether the candidate is hopeless."""
        for key in {cause.requirement.key for cause in criterion.information}:
            self._lessons.hopeless.learn(candidate, key)

    def resolving_conflicts(self, causes: Collection["Cause"]) -> None:
        """Count the names of a conflict."""
        self._lessons.conflicts.update(_names(causes))


def limits(causes: Iterable["Cause"]) -> Limits:
    """How the demands on a name limit its versions."""
    bounds = [cause.requirement.bound for cause in causes]
    return Limits(
        exact=any(bound.exact or bound.only is not None for bound in bounds),
        upper=any(bound.upper for bound in bounds),
    )


def _names(causes: Iterable["Cause"]) -> frozenset[str]:
    parents = {cause.parent.key for cause in causes if cause.parent is not None}
    return frozenset(parents).union(cause.requirement.key for cause in causes)


def _seed_first(selection: Selection, seed: Offer) -> Iterator[Offer]:
    fits = False
    for offer in selection:
        if offer.entry is seed.entry:
            fits = True
            break
    if fits:
        yield seed
    yield from (offer for offer in selection if offer.entry is not seed.entry)
