"""Failed searches, explained to the person who wrote the requirements."""

from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from assembler.errors import UnsatisfiableError
from assembler.model.project import Root
from assembler.model.target import Target
from assembler.solve.causes import Cause, cause, python_cause
from assembler.solve.chain import line, place, way
from assembler.solve.culprits import Culprits, Trials, constraint_place, independent, proven
from assembler.solve.dispute import Claim, Dispute, dispute
from assembler.solve.outcome import GivenUp, Impossible
from assembler.solve.problem import ParsedRoot, Problem
from assembler.solve.remedies import Situation, remedies

_LONGEST = 14
_TRIALS = 100


class Failure(msgspec.Struct, frozen=True, eq=False):
    """A problem without an answer; `roots` are the program's, whatever the environment.

    `hints` are what helps, whatever the conflict.
    """

    roots: tuple[ParsedRoot, ...]
    problem: Problem
    outcome: Impossible | GivenUp
    hints: tuple[str, ...] = ()


class _Conflict(msgspec.Struct, frozen=True):
    """A reason for which a program can't be solved for some targets."""

    sentence: str
    root: Root | None
    details: tuple[str, ...]
    hints: tuple[str, ...]
    targets: tuple[str, ...]


def explain(
    failures: Sequence[Failure], targets: Sequence[Target]
) -> tuple[UnsatisfiableError, ...]:
    """An error for each independent conflict of a program, with the targets that it is found on.

    `failures` are those of one program on different targets; `targets` are all that are solved
    for. A bounded number of searches is made, however large the program.
    """
    trials = Trials(_TRIALS)
    found: dict[_Conflict, set[str]] = {}
    for failure in failures:
        for conflict in _conflicts(failure, trials):
            found.setdefault(_known(conflict, found), set()).update(conflict.targets)
    return tuple(
        UnsatisfiableError(
            f"{_subject(failures[0].problem, where, len(targets))}: {conflict.sentence}",
            origin=conflict.root.origin if conflict.root else None,
            details=conflict.details,
            hints=(*conflict.hints, *failures[0].hints),
        )
        for conflict, where in found.items()
    )


def _known(conflict: _Conflict, found: Iterable[_Conflict]) -> _Conflict:
    """The same conflict as found on another target, where other edits may have been found."""
    return next(
        (
            other
            for other in found
            if (other.sentence, other.details) == (conflict.sentence, conflict.details)
        ),
        conflict,
    )


def _subject(problem: Problem, where: Collection[str], targets: int) -> str:
    on = " and ".join(f"`{name}`" for name in sorted(where))
    if len(where) == targets > 1:
        on = "any target"
    python = problem.shelf.environment.minor
    sharing = ", which share their solve," if len(problem.programs) > 1 else ""
    return f"{problem.subject}{sharing} can't be solved for {on} with Python {python}"


def _conflicts(failure: Failure, trials: Trials) -> Iterator[_Conflict]:
    problem, outcome = failure.problem, failure.outcome
    if isinstance(outcome, GivenUp):
        fewer = proven(problem, trials)
        if fewer is None:
            yield _given_up(problem, outcome)
            return
        problem, outcome = fewer
    every = list(independent(problem, outcome, trials))
    guilty = [{parsed.root for parsed in found.problem.roots} for found in every]
    for position, found in enumerate(every):
        others = set[Root]().union(*guilty[:position], *guilty[position + 1 :])
        roots = tuple(parsed for parsed in failure.roots if parsed.root not in others)
        yield _conflict(found, roots, failure.problem, trials)


def _conflict(
    found: Culprits, roots: tuple[ParsedRoot, ...], problem: Problem, trials: Trials
) -> _Conflict:
    disputed = dispute(found)
    reason = _cause(found.problem, disputed)
    situation = Situation(
        roots=roots,
        constraints=problem.constraints,
        culprits=found,
        disputed=disputed,
        named=_named(found, disputed),
        cause=reason,
        trials=trials,
    )
    return _Conflict(
        reason.sentence,
        found.problem.roots[0].root if found.problem.roots else None,
        _shortened(_lines(found, disputed)),
        (*reason.hints, *remedies(situation)),
        reason.targets or _targets(problem),
    )


def _lines(found: Culprits, disputed: Dispute) -> Iterator[str]:
    """The ways to what is fought over, the constraints and overrides on them, and other roots."""
    lines = [text for claim in disputed.claims if (text := _chain(found, claim))]
    yield from lines
    for constraint in found.problem.constraints:
        yield constraint_place(constraint)
    named = _named(found, disputed)
    for name, override in found.problem.shelf.overrides.items():
        if override.bound and name in named:
            yield f"{override.reason} ({override.override.origin})"
    for root in found.problem.roots:
        if not any(text.startswith(place(root)) for text in lines):
            yield place(root)


def _named(found: Culprits, disputed: Dispute) -> frozenset[str]:
    """The distributions that the chains name."""
    steps = (
        step
        for claim in disputed.claims
        for step in way(found.failure.asked, claim.demand, claim.parent)
    )
    return frozenset((disputed.name, *(demand.name for demand, _ in steps)))


def _cause(problem: Problem, found: Dispute) -> Cause:
    if not found.impossible:
        return cause(problem, found.name, found.bounds)
    if " needs Python `" in found.impossible:
        return python_cause(problem, found.impossible)
    return Cause(found.impossible)


def _chain(found: Culprits, claim: Claim) -> str:
    asked = found.failure.asked
    return line(found.problem.roots, asked, way(asked, claim.demand, claim.parent))


def _given_up(problem: Problem, failure: GivenUp) -> _Conflict:
    lines = []
    for name in failure.contested:
        askers = sorted({parent.entry.name for _, parent in failure.asked.get(name, {}) if parent})
        lines.append(f"`{name}`, asked for by " + (", ".join(askers[:6]) or "the program"))
    table = problem.shelf.policy.table("constraints")
    return _Conflict(
        "gave up after trying too many combinations",
        problem.roots[0].root if problem.roots else None,
        ("the distributions that conflicted most:", *lines),
        (f"narrow one of them in `{table}`, best to a recent version",),
        _targets(problem),
    )


def _targets(problem: Problem) -> tuple[str, ...]:
    return tuple(target.name for target in problem.shelf.environment.targets)


def _shortened(lines: Iterable[str]) -> tuple[str, ...]:
    unique = tuple(dict.fromkeys(lines))
    if len(unique) <= _LONGEST:
        return unique
    return (*unique[: _LONGEST - 1], f"… and {len(unique) - _LONGEST + 1} more")
