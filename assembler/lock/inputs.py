"""What a program's lock is made from, in the one form that order, case and layout don't change."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from assembler.lock.upload_times import counting
from assembler.model.lock import Lock, ProgramInputs, TreeInput
from assembler.model.project import Constraint, LockPolicy, Override
from assembler.model.resolution import ProgramRequest
from assembler.model.solve_groups import mates_of
from assembler.model.sources import ArchiveInput, RepositoryInput, RepositoryRequest
from assembler.model.target import Target
from assembler.model.url import without_credentials

EVERY_INDEX_NAME = "*"
ON = " on "
EXCLUDED = "excluded"
_EVERYTHING = frozenset({"*", "any"})


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a project asks of its lock, found without a solve.

    The programs say their Python. `targets` is empty where the platform of the machine that locks
    counts. `trees`, `archives` and `repositories` are sources by normalised name, `index_of` the
    URL of the index that a normalised name comes from on a target, `artifacts` maps each URL to its
    sha256 where a part gives it, `checkouts` are what parts want of repositories. `index_rules` are
    rules about upload times by an index's URL.
    """

    programs: tuple[ProgramRequest, ...]
    index_of: Callable[[str, Target], str]
    targets: tuple[Target, ...] = ()
    policy: LockPolicy = LockPolicy()
    trees: Mapping[str, TreeInput] = {}
    archives: Mapping[str, ArchiveInput] = {}
    repositories: Mapping[str, RepositoryInput] = {}
    artifacts: Mapping[str, str | None] = {}
    checkouts: frozenset[RepositoryRequest] = frozenset()
    index_rules: Mapping[str, str] = {}


def closure(lock: Lock, program: str) -> frozenset[str]:
    """The names of all distributions that a program has in the lock."""
    return frozenset(
        pin.name for cell, pins in lock.cells.items() if cell.program == program for pin in pins
    )


def program_inputs(
    request: ProgramRequest, asked: Asked, closure: frozenset[str], targets: Sequence[Target]
) -> ProgramInputs:
    """The canonical inputs of a program whose distributions have these names, in a lock for these.

    A constraint, source, route or exception counts only where it is about one of them; so does an
    override, and to exclude one of them is an edit.
    """
    chosen = {target.name for target in request.targets}
    served = [target for target in targets if not chosen or target.name in chosen]
    indexed = _from_indexes(closure, asked)
    indexes = _indexes(indexed, served, asked.index_of)
    return ProgramInputs(
        requires=tuple(sorted({requirement_text(root.requirement) for root in request.roots})),
        python=request.python or "",
        targets=tuple(sorted({target.name for target in request.targets})),
        shares=mates_of(request, asked.programs),
        constraints=_constraints((*asked.policy.constraints, *request.constraints), closure),
        overrides=_overrides((*asked.policy.overrides, *request.overrides), closure),
        prereleases=_relevant(asked.policy.prereleases, closure),
        sdists=_relevant(asked.policy.sdists, closure),
        from_source=_relevant(asked.policy.from_source, closure.difference(asked.trees)),
        resolution="" if asked.policy.resolution == "highest" else asked.policy.resolution,
        sources={name: tree for name, tree in sorted(asked.trees.items()) if name in closure},
        archives={name: one for name, one in sorted(asked.archives.items()) if name in closure},
        repositories={
            name: one for name, one in sorted(asked.repositories.items()) if name in closure
        },
        indexes=indexes,
        exclude_newer=counting(asked.policy, asked.index_rules, indexed, indexes.values()),
    )


def _from_indexes(closure: frozenset[str], asked: Asked) -> frozenset[str]:
    return closure.difference(asked.trees, asked.archives, asked.repositories)


@lru_cache(maxsize=65536)
def requirement_text(text: str) -> str:
    """A requirement (PEP 508) in its canonical form; what is none stays as it is."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return text.strip()
    extras = ",".join(sorted(canonicalize_name(extra) for extra in requirement.extras))
    return "".join(
        (
            canonicalize_name(requirement.name),
            f"[{extras}]" if extras else "",
            f" @ {requirement.url}" if requirement.url else "",
            specifier_text(str(requirement.specifier)),
            f" ; {requirement.marker}" if requirement.marker else "",
        )
    )


def specifier_text(text: str) -> str:
    """A version specifier (PEP 440) with its clauses sorted, without blanks."""
    return ",".join(sorted({"".join(clause.split()) for clause in text.split(",")} - {""}))


def _constraints(constraints: Iterable[Constraint], closure: frozenset[str]) -> Mapping[str, str]:
    found: dict[str, list[str]] = {}
    for constraint in constraints:
        name = canonicalize_name(constraint.name)
        if name in closure:
            found.setdefault(name, []).append(constraint.specifier)
    return {name: specifier_text(",".join(texts)) for name, texts in sorted(found.items())}


def _overrides(overrides: Iterable[Override], names: frozenset[str]) -> Mapping[str, str]:
    """The overrides by name; later ones take the place of earlier ones."""
    counting = {override.name: override for override in overrides}
    return {
        name: override_text(override)
        for name, override in sorted(counting.items())
        if name in names and (override.exclude or override.specifier is not None)
    }


def override_text(override: Override) -> str:
    """What counts instead of what anyone asks."""
    return EXCLUDED if override.exclude else specifier_text(override.specifier or "") or "any"


def excluded(inputs: ProgramInputs) -> frozenset[str]:
    """The names of distributions that a program would have if they were not excluded."""
    return frozenset(name for name, text in inputs.overrides.items() if text == EXCLUDED)


def _relevant(names: Iterable[str], closure: frozenset[str]) -> tuple[str, ...]:
    asked = {name if name in _EVERYTHING else canonicalize_name(name) for name in names}
    return tuple(sorted(asked & (closure | _EVERYTHING)))


def _indexes(
    names: Iterable[str], targets: Sequence[Target], index_of: Callable[[str, Target], str]
) -> Mapping[str, str]:
    """The index of every name: the one of most of them under `*`, the others by name.

    A name that comes from several indexes stands there once for each target (`torch on macos`).
    """
    found: dict[str, str] = {}
    for name in sorted(names):
        urls = {target.name: without_credentials(index_of(name, target)) for target in targets}
        if len(set(urls.values())) == 1:
            found[name] = next(iter(urls.values()))
        else:
            found |= {f"{name}{ON}{target}": url for target, url in sorted(urls.items())}
    counted = Counter(url for name, url in found.items() if ON not in name)
    if not counted:
        return found
    usual = min(counted, key=lambda url: (-counted[url], url))
    routed = {name: url for name, url in found.items() if url != usual or ON in name}
    return {EVERY_INDEX_NAME: usual, **routed}
