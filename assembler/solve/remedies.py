"""The smallest edits with which a program can be solved, each tried out."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice

import msgspec
from msgspec.structs import replace
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from assembler.model.project import Override, Root
from assembler.origin import Origin
from assembler.solve.candidates import Shelf
from assembler.solve.causes import Cause, upload_key
from assembler.solve.chain import place
from assembler.solve.closure import Closure
from assembler.solve.culprits import Culprits, Trials, constraint_place
from assembler.solve.dispute import Dispute
from assembler.solve.overrides import parse_overrides
from assembler.solve.problem import ParsedConstraint, ParsedRoot, problem_of
from assembler.solve.relaxing import relaxed

_MOST = 4
_TRIED = 4
_MINORS = ((3, 12), (3, 13), (3, 11), (3, 14), (3, 10))


class Situation(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """A conflict, and the program that it is part of; `roots` are all but those of others.

    `named` are the distributions on the ways to what is fought over.
    """

    roots: tuple[ParsedRoot, ...]
    constraints: tuple[ParsedConstraint, ...]
    culprits: Culprits
    disputed: Dispute
    named: frozenset[str]
    cause: Cause
    trials: Trials

    @property
    def shelf(self) -> Shelf:
        """The shelf that the program failed with."""
        return self.culprits.problem.shelf

    def solved(
        self,
        *,
        shelf: Shelf | None = None,
        roots: Iterable[ParsedRoot] | None = None,
        constraints: Iterable[ParsedConstraint] | None = None,
    ) -> Closure | None:
        """The answer for the program with these in place of its own, if there is one."""
        edited = problem_of(
            self.culprits.problem.programs,
            shelf or self.shelf,
            self.roots if roots is None else roots,
            self.constraints if constraints is None else constraints,
        )
        outcome = self.trials.answer(edited)
        return outcome if isinstance(outcome, Closure) else None


def remedies(situation: Situation) -> tuple[str, ...]:
    """What to edit, at most a few of the ways that were found."""
    found = list(islice(_edits(situation), _MOST))
    return tuple(found or islice(_overrides(situation), 2))


def _edits(situation: Situation) -> Iterator[str]:
    kinds = situation.cause.kinds
    if "yanked" in kinds:
        yield from _yanked(situation)
    if "newer" in kinds:
        yield from _later(situation)
    if "python" in kinds:
        yield from _patch(situation)
    yield from _prereleases(situation)
    yield from _roots(situation)
    yield from _constraints(situation)
    yield from _taken_back(situation)
    if kinds & {"python", "wheel"}:
        yield from _python(situation)


def _roots(situation: Situation) -> Iterator[str]:
    guilty = {parsed.root for parsed in situation.culprits.problem.roots}
    for parsed in situation.roots:
        name = parsed.requirement.name
        if parsed.root not in guilty or name in situation.shelf.overrides:
            continue
        specifier = parsed.requirement.demands[0].bound.specifier
        version = _chosen(situation, parsed) if str(specifier) else None
        if version is not None:
            edited = _rebound(situation.shelf, parsed, relaxed(specifier, version))
            if situation.solved(roots=_swapped(situation.roots, parsed, edited)):
                marker = parsed.requirement.marker_text
                text = f"{edited.requirement.text}{f'; {marker}' if marker else ''}"
                yield f"relax {place(parsed)} to `{text}`"


def _chosen(situation: Situation, parsed: ParsedRoot) -> Version | None:
    """The version that the program would get if the root asked for any."""
    for text in _freed(parsed.requirement.demands[0].bound.specifier):
        free = _rebound(situation.shelf, parsed, text)
        if found := situation.solved(roots=_swapped(situation.roots, parsed, free)):
            return found.pins[parsed.requirement.name].entry.version
    return None


def _freed(specifier: SpecifierSet) -> tuple[str, ...]:
    """What to leave of a specifier: first the versions that it excludes, then nothing."""
    excluded = ",".join(sorted(str(each) for each in specifier if each.operator == "!="))
    return (excluded, "") if excluded else ("",)


def _rebound(shelf: Shelf, parsed: ParsedRoot, specifier: str) -> ParsedRoot:
    bound = shelf.requirements.bound(SpecifierSet(specifier))
    return replace(parsed, requirement=shelf.requirements.rebound(parsed.requirement, bound))


def _swapped(
    roots: Iterable[ParsedRoot], old: ParsedRoot, new: ParsedRoot
) -> tuple[ParsedRoot, ...]:
    return tuple(new if parsed is old else parsed for parsed in roots)


def _constraints(situation: Situation) -> Iterator[str]:
    for constraint in situation.culprits.problem.constraints:
        others = [other for other in situation.constraints if other is not constraint]
        free = situation.solved(constraints=others)
        pin = free and free.pins.get(constraint.name)
        if free is None:
            continue
        text = relaxed(constraint.bound.specifier, pin.entry.version) if pin else ""
        bound = situation.shelf.requirements.bound(SpecifierSet(text))
        edited = ParsedConstraint(constraint.constraint, constraint.name, bound)
        if text and situation.solved(constraints=[*others, edited]):
            yield f"relax {constraint_place(constraint)} to `{edited.text}`"
        else:
            yield f"drop {constraint_place(constraint)}"


def _prereleases(situation: Situation) -> Iterator[str]:
    shelf = situation.shelf
    policy = shelf.policy
    if "*" in policy.prereleases:
        return
    early = (
        name
        for name in sorted(situation.named.difference(policy.prereleases))
        if any(entry.prerelease for entry in shelf.catalogue.page(name).entries)
    )
    for name in islice(early, _TRIED):
        varied = replace(policy, prereleases=(*policy.prereleases, name))
        if situation.solved(shelf=shelf.varied(policy=varied)):
            yield f'add `"{name}"` to `lock.prereleases` to allow its pre-releases'


def _yanked(situation: Situation) -> Iterator[str]:
    for refusal in islice(situation.cause.refused("yanked"), _TRIED):
        text = f"{refusal.entry.name}=={refusal.entry.version}"
        root = Root(text, Origin(file=""))
        pinned = ParsedRoot(root, situation.shelf.requirements.parse(text))
        if situation.solved(roots=(*situation.roots, pinned)):
            yield f"to use it all the same, require `{text}`"
            return


def _later(situation: Situation) -> Iterator[str]:
    policy, refusals = situation.shelf.policy, tuple(situation.cause.refused("newer"))
    entry = refusals[0].entry
    days = sorted(
        {
            date.fromisoformat(rejection.reason.split()[-1]) + timedelta(days=1)
            for refusal in refusals
            for rejection in refusal.rejections
            if rejection.kind == "newer" and rejection.reason.startswith("uploaded ")
        }
    )
    for day in days[:_TRIED]:
        moved = policy.exclude_newer.moved(entry.name, entry.index, f"{day}T00:00:00Z")
        varied = replace(policy, exclude_newer=moved)
        if situation.solved(shelf=situation.shelf.varied(policy=varied)):
            key = upload_key(situation.culprits.problem, entry)
            yield f'say `{key} = "{day}"` or a later day'
            return


def _patch(situation: Situation) -> Iterator[str]:
    environment = situation.shelf.environment
    major, minor, first = environment.python
    for patch in sorted(patch for patch in environment.breaks if patch > first)[:_TRIED]:
        if situation.solved(shelf=situation.shelf.varied(python=(major, minor, patch))):
            yield f'say `python = "{major}.{minor}.{patch}"` if older patches need not be served'
            return


def _python(situation: Situation) -> Iterator[str]:
    environment = situation.shelf.environment
    for major, minor in _MINORS:
        if (major, minor) == environment.python[:2]:
            continue
        if situation.solved(shelf=situation.shelf.varied(python=(major, minor, 0))):
            problem = situation.culprits.problem
            whose = "its" if len(problem.programs) == 1 else "their"
            python = f'`python = "{major}.{minor}"`'
            yield f"give {problem.subject} a Python of {whose} own: {python}"
            return


def _taken_back(situation: Situation) -> Iterator[str]:
    shelf = situation.shelf
    for name in sorted(situation.named.intersection(shelf.overrides)):
        override = shelf.overrides[name]
        rest = {other: shelf.overrides[other] for other in shelf.overrides if other != name}
        if override.bound and situation.solved(shelf=shelf.varied(overrides=rest)):
            yield f"take back {override.reason} ({override.override.origin})"


def _overrides(situation: Situation) -> Iterator[str]:
    """Overrule what others than roots ask of a distribution, or do without it."""
    shelf, name = situation.shelf, situation.disputed.name
    askers = [claim for claim in situation.disputed.claims if claim.parent]
    if len(askers) < len(situation.disputed.claims):
        return
    origin, table = Origin(file=""), shelf.policy.table("overrides")
    if shelf.catalogue.page(name).newest is None:
        if _overruled(situation, Override(name=name, exclude=True, origin=origin)):
            edit = f'{name} = {{ exclude = true, because = "…" }}'
            yield f"if it can be done without: `{edit}` in `{table}`"
        return
    for text in sorted({claim.demand.bound.text for claim in askers} - {""}):
        if _overruled(situation, Override(name=name, specifier=text, origin=origin)):
            edit = f'{name} = {{ version = "{text}", because = "…" }}'
            yield f"overrule the others: `{edit}` in `{table}`"


def _overruled(situation: Situation, override: Override) -> bool:
    shelf = situation.shelf
    added = {**shelf.overrides, **parse_overrides((override,), shelf.requirements)}
    return situation.solved(shelf=shelf.varied(overrides=added)) is not None
