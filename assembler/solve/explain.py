"""A failed search, explained to the person who wrote the requirements."""

from collections import deque
from collections.abc import Iterable, Iterator

import msgspec

from assembler.errors import UnsatisfiableError
from assembler.solve.candidates import Candidate
from assembler.solve.causes import Cause, cause, python_cause
from assembler.solve.culprits import Culprits, constraint_place, culprits
from assembler.solve.problem import Problem
from assembler.solve.requirements import Demand
from assembler.solve.search import Asked, GivenUp, Impossible

_LONGEST = 16


class _Claim(msgspec.Struct, frozen=True, eq=False):
    """A demand on the distribution fought over, who makes it, and for how many versions tried."""

    demand: Demand
    parent: Candidate | None
    versions: int = 1


def explain(problem: Problem, failure: Impossible | GivenUp) -> UnsatisfiableError:
    """The error for a program that can't be solved in an environment."""
    if isinstance(failure, GivenUp):
        return _given_up(problem, failure)
    found = culprits(problem, failure)
    name = _disputed(found)
    claims = _claims(found, name)
    reason = _cause(found, name, claims)
    lines = [line for claim in claims for line in _chain(found, claim)]
    lines += [constraint_place(constraint) for constraint in found.problem.constraints]
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


def _disputed(found: Culprits) -> str:
    """The distribution of which no version is left."""
    by_name: dict[str, list[Demand]] = {}
    for demand, _ in found.failure.causes:
        by_name.setdefault(demand.name, []).append(demand)
    for name in sorted(by_name):
        demands = by_name[name]
        bounds = [demand.bound for demand in demands]
        if not any(True for _ in found.problem.select(name, bounds)):
            return name
    return max(sorted(by_name), key=lambda name: len(by_name[name]))


def _cause(found: Culprits, name: str, claims: Iterable[_Claim]) -> Cause:
    bounds = [claim.demand.bound for claim in claims if not claim.demand.impossible]
    if any(True for _ in found.problem.select(name, bounds)):
        for demand, _ in found.failure.causes:
            if demand.name == name and demand.impossible:
                return _metadata_cause(found.problem, demand)
    return cause(found.problem, name, bounds)


def _metadata_cause(problem: Problem, demand: Demand) -> Cause:
    if " needs Python `" in demand.impossible:
        return python_cause(problem, demand.impossible)
    return Cause(demand.impossible)


def _claims(found: Culprits, name: str) -> list[_Claim]:
    """Who asks for the disputed distribution: each asker once, by its newest version."""
    askers: dict[str, list[_Claim]] = {}
    clashing = {_asker(parent) for demand, parent in found.failure.causes if demand.name == name}
    asked = found.failure.asked.get(name, {})
    for demand, parent in asked:
        if demand.bound.only is None and (not clashing or _asker(parent) in clashing):
            key = demand.text if parent is None else _asker(parent)
            askers.setdefault(key, []).append(_Claim(demand, parent))
    if not askers:
        for demand, parent in asked:
            askers.setdefault(demand.text, []).append(_Claim(demand, parent))
    return [_newest(askers[key]) for key in sorted(askers)]


def _asker(parent: Candidate | None) -> str:
    return parent.entry.name if parent else ""


def _newest(claims: list[_Claim]) -> _Claim:
    newest = claims[0]
    for claim in claims[1:]:
        if (
            claim.parent
            and newest.parent
            and claim.parent.entry.version > newest.parent.entry.version
        ):
            newest = claim
    return _Claim(newest.demand, newest.parent, len({claim.parent for claim in claims}))


def _chain(found: Culprits, claim: _Claim) -> Iterator[str]:
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
