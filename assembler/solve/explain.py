"""A failed search, explained to the person who wrote the requirements."""

from collections import deque
from collections.abc import Iterator

from assembler.errors import UnsatisfiableError
from assembler.solve.candidates import Candidate
from assembler.solve.causes import Cause, cause, python_cause
from assembler.solve.culprits import Culprits, constraint_place, culprits
from assembler.solve.dispute import Claim, Dispute, dispute
from assembler.solve.problem import Problem
from assembler.solve.requirements import Demand
from assembler.solve.search import Asked, GivenUp, Impossible

_LONGEST = 16


def explain(problem: Problem, failure: Impossible | GivenUp) -> UnsatisfiableError:
    """The error for a program that can't be solved in an environment."""
    if isinstance(failure, GivenUp):
        return _given_up(problem, failure)
    found = culprits(problem, failure)
    disputed = dispute(found)
    reason = _cause(found.problem, disputed)
    lines = [line for claim in disputed.claims for line in _chain(found, claim)]
    lines += [constraint_place(constraint) for constraint in found.problem.constraints]
    lines += [
        f"{override.reason} ({override.override.origin})"
        for name, override in problem.shelf.overrides.items()
        if override.bound and name in _named(found, disputed)
    ]
    unnamed = [
        f"`{root.requirement.text}` ({root.root.origin})"
        for root in found.problem.roots
        if not any(str(root.root.origin) in line for line in lines)
    ]
    return UnsatisfiableError(
        f"{_subject(problem)}: {reason.sentence}",
        origin=found.problem.roots[0].root.origin if found.problem.roots else None,
        details=_shortened([*lines, *unnamed]),
        hints=reason.hints,
    )


def _subject(problem: Problem) -> str:
    environment = problem.shelf.environment
    targets = " and ".join(f"`{target.name}`" for target in environment.targets)
    return f"`{problem.program}` can't be solved for {targets} with Python {environment.minor}"


def _named(found: Culprits, disputed: Dispute) -> frozenset[str]:
    """The distributions that the chains name."""
    steps = (
        step
        for claim in disputed.claims
        for step in _way(found.failure.asked, claim.demand, claim.parent)
    )
    return frozenset((disputed.name, *(demand.name for demand, _ in steps)))


def _cause(problem: Problem, found: Dispute) -> Cause:
    if not found.impossible:
        return cause(problem, found.name, found.bounds)
    if " needs Python `" in found.impossible:
        return python_cause(problem, found.impossible)
    return Cause(found.impossible)


def _chain(found: Culprits, claim: Claim) -> Iterator[str]:
    """One line: the root with its place, then each distribution with what it needs."""
    steps = _way(found.failure.asked, claim.demand, claim.parent)
    root = next(
        (root for root in found.problem.roots if steps and steps[0][0] in root.requirement.demands),
        None,
    )
    if root is None:
        return
    line = f"`{root.requirement.text}` ({root.root.origin})"
    for demand, parent in steps[1:]:
        if parent:
            line += f" → `{parent.key} {parent.entry.version}` needs `{demand.text}`"
    if claim.versions > 1 and claim.parent:
        line += f" ({claim.versions} versions of `{claim.parent.entry.name}` tried)"
    yield line


def _way(
    asked: Asked, demand: Demand, parent: Candidate | None
) -> list[tuple[Demand, Candidate | None]]:
    """The shortest way from a root to a demand, in the demands that were seen."""
    start = (demand, parent)
    queue: deque[tuple[tuple[Demand, Candidate | None], ...]] = deque([(start,)])
    seen = {start}
    while queue:
        way = queue.popleft()
        asker = way[0][1]
        if asker is None:
            return list(way)
        for step in asked.get(asker.key, {}):
            if step not in seen and step[0].bound.admits(asker.entry):
                seen.add(step)
                queue.append((step, *way))
    return []


def _given_up(problem: Problem, failure: GivenUp) -> UnsatisfiableError:
    lines = []
    for name in failure.contested:
        askers = sorted({parent.entry.name for _, parent in failure.asked.get(name, {}) if parent})
        lines.append(f"`{name}`, asked for by " + (", ".join(askers[:6]) or "the program"))
    return UnsatisfiableError(
        f"{_subject(problem)}: gave up after trying too many combinations",
        origin=problem.roots[0].root.origin if problem.roots else None,
        details=("the distributions that conflicted most:", *lines),
        hints=["narrow one of them in `[lock.constraints]`, best to a recent version"],
    )


def _shortened(lines: list[str]) -> list[str]:
    unique = list(dict.fromkeys(lines))
    if len(unique) <= _LONGEST:
        return unique
    return [*unique[: _LONGEST - 1], f"… and {len(unique) - _LONGEST + 1} more"]
