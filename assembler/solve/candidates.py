"""Which versions an environment can use, with which files, and what those need."""

from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

import msgspec
from packaging.requirements import InvalidRequirement
from packaging.specifiers import SpecifierSet

from assembler.solve.catalogue import Catalogue, Entry, Unreadable
from assembler.solve.environment import Environment, PythonVersion
from assembler.solve.offers import Judge, Offer, Refusal
from assembler.solve.overrides import Overrides, overridden
from assembler.solve.question import Policy
from assembler.solve.requirements import (
    Bound,
    Demand,
    Requirement,
    Requirements,
    extra_wanted,
    key_of,
)


class Candidate(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """An offer, or one extra of it, as the resolver pins it; there is one a key and offer."""

    key: str
    extra: str
    offer: Offer

    @property
    def entry(self) -> Entry:
        """The version it stands for."""
        return self.offer.entry


class Selection:
    """The offers that bounds admit, preferred ones first, found as far as they are asked for."""

    def __init__(self, offers: Iterator[Offer]) -> None:
        self._found: list[Offer] = []
        self._rest = offers

    @property
    def first(self) -> Offer | None:
        """The offer that is preferred to all others, if there is any."""
        return self._found[0] if self._found else next(iter(self), None)

    def __iter__(self) -> Iterator[Offer]:
        position = 0
        while True:
            if position == len(self._found):
                following = next(self._rest, None)
                if following is None:
                    return
                self._found.append(following)
            yield self._found[position]
            position += 1


class _Needs(msgspec.Struct, frozen=True):
    """What a candidate demands, and the names that it needs and that are excluded."""

    demands: tuple[Demand, ...]
    excluded: frozenset[str]


class Patchless(msgspec.Struct, frozen=True, eq=False):
    """What is the same in environments that differ in the patch of their Python alone.

    `breaks` has, by name, the patches at which what is judged of its versions changes.
    """

    offers: "dict[tuple[Entry, bool], Offer | Refusal]" = {}
    yanked: dict[Entry, bool] = {}
    candidates: dict[tuple[Offer, str], Candidate] = {}
    needs: dict[Candidate, _Needs] = {}
    breaks: dict[str, set[int]] = {}


class Shelf:
    """The versions that one environment can use, judged when they are first looked at.

    `next_newer` has, for offers of which that was asked, the oldest one that is newer.
    """

    def __init__(
        self,
        environment: Environment,
        catalogue: Catalogue,
        requirements: Requirements,
        policy: Policy,
        overrides: Overrides | None = None,
    ) -> None:
        self.environment = environment
        self.catalogue = catalogue
        self.requirements = requirements
        self.overrides = overrides or {}
        self.policy = policy
        self._judge = Judge(environment, policy)
        self._offers: dict[tuple[Entry, bool], Offer | Refusal] = {}
        self._selections: dict[_Selected, Selection] = {}
        self._needs: dict[Candidate, _Needs] = {}
        self.next_newer: dict[Offer, Offer | None] = {}
        self.patchless = Patchless()

    def varied(
        self,
        *,
        policy: Policy | None = None,
        overrides: Overrides | None = None,
        python: PythonVersion | None = None,
    ) -> "Shelf":
        """A shelf of the same catalogue under another policy, other overrides or another Python."""
        environment = self.environment
        return Shelf(
            Environment(environment.targets, python) if python else environment,
            self.catalogue,
            self.requirements,
            policy or self.policy,
            self.overrides if overrides is None else overrides,
        )

    def on_patch(self, python: PythonVersion) -> "Shelf":
        """The shelf with another patch of the minor version; what that can't change is shared."""
        environment = self.environment.on_patch(python)
        found = Shelf(environment, self.catalogue, self.requirements, self.policy, self.overrides)
        found.patchless = self.patchless
        return found

    def select(
        self, name: str, bounds: frozenset[Bound], *, lenient: bool = False, lowest: bool = False
    ) -> Selection:
        """The offers of a name that all bounds admit, newest or lowest first.

        A lenient selection ends with those that further demands might yet let in: pre-releases,
        and what is yanked.
        """
        key = _Selected(name, bounds, lenient, lowest)
        found = self._selections.get(key)
        if found is None:
            offers = self._leniently(key) if lenient else self._admitted(key)
            found = self._selections[key] = Selection(offers)
        return found

    def offer(self, entry: Entry, *, yanked: bool) -> Offer | Refusal:
        """A version as the environment can use it; `yanked` files count only where pinned."""
        key = (entry, yanked and self._has_yanked(entry))
        found = self._offers.get(key)
        if found is None:
            found = self.patchless.offers.get(key)
            if found is None:
                before = len(self.environment.asked_of_patch)
                found = self._judge.judge(entry, yanked=key[1])
                if not self._note_breaks(entry.name, before):
                    self.patchless.offers[key] = found
            self._offers[key] = found
        return found

    def _has_yanked(self, entry: Entry) -> bool:
        known = self.patchless.yanked.get(entry)
        if known is None:
            known = self.patchless.yanked[entry] = entry.has_yanked
        return known

    def candidate(self, offer: Offer, extra: str) -> Candidate:
        """The candidate for an offer, or for an extra of it."""
        known = self.patchless.candidates
        found = known.get((offer, extra))
        if found is None:
            key = key_of(offer.entry.name, extra)
            found = known[offer, extra] = Candidate(key=key, extra=extra, offer=offer)
        return found

    def demands(self, candidate: Candidate) -> tuple[Demand, ...]:
        """What a candidate needs; a single impossible demand if its metadata rules it out."""
        return self._needed(candidate).demands

    def excluded(self, candidate: Candidate) -> frozenset[str]:
        """The names that a candidate needs and that are excluded."""
        return self._needed(candidate).excluded

    def allows_prereleases(self, name: str, bounds: Iterable[Bound]) -> bool:
        """Whether pre-releases of a name may stand beside final releases."""
        allowed = self.policy.prereleases
        return "*" in allowed or name in allowed or any(bound.prereleases for bound in bounds)

    def breaks(self, names: Container[str]) -> set[int]:
        """The patches at which what was asked of these names is answered differently."""
        known = self.patchless.breaks
        return set[int]().union(*(known[name] for name in known if name in names))

    def _note_breaks(self, name: str, before: int) -> bool:
        """Note the breaks that were asked since then, of a name; tell whether there are any."""
        breaks = self.environment.asked_of_patch[before:]
        if breaks:
            self.patchless.breaks.setdefault(name, set()).update(*breaks)
        return bool(breaks)

    def _admitted(self, selected: "_Selected") -> Iterator[Offer]:
        bounds = selected.bounds
        ties = frozenset(bound for bound in bounds if bound.only)
        if not ties:
            return self._final_first(selected)
        return (
            offer
            for offer in self.select(selected.name, bounds - ties, lowest=selected.lowest)
            if all(tie.admits(offer.entry) for tie in ties)
        )

    def _leniently(self, selected: "_Selected") -> Iterator[Offer]:
        seen: set[Entry] = set()
        for offer in self._admitted(selected):
            seen.add(offer.entry)
            yield offer
        for entry in self._entries(selected):
            if entry not in seen and all(bound.admits(entry) for bound in selected.bounds):
                late = self.offer(entry, yanked=True)
                if isinstance(late, Offer):
                    yield late

    def _entries(self, selected: "_Selected") -> Iterable[Entry]:
        entries = self.catalogue.page(selected.name).entries
        return reversed(tuple(entries)) if selected.lowest else entries

    def _final_first(self, selected: "_Selected") -> Iterator[Offer]:
        bounds = selected.bounds
        exact = any(bound.exact for bound in bounds)
        waiting: list[Offer] = []
        final = False
        for entry in self._entries(selected):
            late = entry.prerelease and self._comes_late(selected)
            if (late and final) or not all(bound.admits(entry) for bound in bounds):
                continue
            offer = self.offer(entry, yanked=exact)
            if isinstance(offer, Refusal):
                continue
            if late:
                waiting.append(offer)
                continue
            final = True
            yield offer
        if not final:
            yield from waiting

    def _comes_late(self, selected: "_Selected") -> bool:
        """Whether pre-releases count only where there is no final release."""
        own = self.catalogue.page(selected.name).index is None
        return not own and not self.allows_prereleases(selected.name, selected.bounds)

    def _needed(self, candidate: Candidate) -> _Needs:
        found = self._needs.get(candidate)
        if found is None:
            found = self.patchless.needs.get(candidate)
            if found is None:
                before, excluded = len(self.environment.asked_of_patch), set[str]()
                found = _Needs(self._read(candidate, excluded), frozenset(excluded))
                if not self._note_breaks(candidate.entry.name, before):
                    self.patchless.needs[candidate] = found
            self._needs[candidate] = found
        return found

    def _read(self, candidate: Candidate, excluded: set[str]) -> tuple[Demand, ...]:
        """What a candidate demands; what it needs and that is left out goes into `excluded`."""
        entry = candidate.entry
        metadata = candidate.offer.metadata(self.catalogue)
        if isinstance(metadata, Unreadable):
            return (_impossible(candidate, metadata.reason),)
        if not self.environment.admits_python(metadata.requires_python):
            return (_impossible(candidate, f"needs Python `{metadata.requires_python}`"),)
        demands = {_tie(entry): None} if candidate.extra else {}
        for text in metadata.requires_dist:
            try:
                requirement = self._active(text, candidate.extra)
            except InvalidRequirement:
                return (_impossible(candidate, f"has the unreadable requirement `{text}`"),)
            counting = requirement and overridden(requirement, self.overrides, self.requirements)
            if requirement and counting is None:
                excluded.add(requirement.name)
            elif counting:
                if reason := _never(entry, counting):
                    return (_impossible(candidate, reason),)
                demands.update(dict.fromkeys(_asked(entry, counting)))
        return tuple(sorted(demands, key=lambda demand: (demand.key, demand.text)))

    def _active(self, text: str, extra: str) -> Requirement | None:
        """The requirement, if it counts for this extra (and, with an extra, not without it)."""
        if "extra" not in text:
            if extra:
                return None
        elif (wanted := extra_wanted(text)) and wanted != extra:
            return None
        requirement = self.requirements.parse(text)
        if requirement.marker is None:
            return None if extra else requirement
        holds = self.environment.holds
        if not holds(requirement.marker, requirement.marker_text, extra):
            return None
        if extra and holds(requirement.marker, requirement.marker_text, ""):
            return None
        return requirement


class _Selected(NamedTuple):
    """What a selection is of; tuples, as there are many of them."""

    name: str
    bounds: frozenset[Bound]
    lenient: bool
    lowest: bool


def _asked(entry: Entry, requirement: Requirement) -> tuple[Demand, ...]:
    """What a version asks; of itself this very version, which lets no other one in."""
    if requirement.name != entry.name:
        return requirement.demands
    return tuple(_tie(entry, demand.extra) for demand in requirement.demands)


def _tie(entry: Entry, extra: str = "") -> Demand:
    """What an extra asks of its distribution: this very version."""
    text = f"=={entry.version}"
    bound = Bound(text=text, specifier=SpecifierSet(f"==={entry.version}"), upper=True, only=entry)
    key = key_of(entry.name, extra)
    return Demand(key=key, name=entry.name, extra=extra, bound=bound, text=f"{key}{text}")


def _never(entry: Entry, requirement: Requirement) -> str:
    """Why a version's own requirement can never be satisfied; empty if it can."""
    if requirement.url:
        return f"needs the URL `{requirement.text}`"
    if requirement.name == entry.name and not requirement.demands[0].bound.admits(entry):
        return f"needs `{requirement.text}`, which it is not"
    return ""


def _impossible(candidate: Candidate, reason: str) -> Demand:
    entry = candidate.entry
    bound = Bound(text="", specifier=SpecifierSet())
    return Demand(
        key=f"{candidate.key} {entry.version}",
        name=entry.name,
        extra=candidate.extra,
        bound=bound,
        text=entry.name,
        impossible=f"`{entry.name} {entry.version}` {reason}",
    )
