"""One cell to solve: a program's roots and constraints in one environment."""

from collections.abc import Container, Iterable, Mapping
from typing import assert_never

import msgspec
from packaging.requirements import InvalidRequirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.model.project import Constraint, Root
from assembler.solve.candidates import Selection, Shelf
from assembler.solve.offers import Offer
from assembler.solve.overrides import Overrides, overridden
from assembler.solve.requirements import Bound, Demand, Requirement, Requirements, split_key

Pins = Mapping[str, Offer]

_EXAMPLE = (
    "a requirement looks like `flask>=3`, `celery[redis]` or `tomli; python_version < '3.11'`"
)


class ParsedRoot(msgspec.Struct, frozen=True, eq=False):
    """A root with what it says; `program` is set where several are solved at one go."""

    root: Root
    requirement: Requirement
    program: str = ""


class ParsedConstraint(msgspec.Struct, frozen=True, eq=False):
    """A constraint with its bound."""

    constraint: Constraint
    name: str
    bound: Bound

    @property
    def text(self) -> str:
        """The constraint as a requirement."""
        return f"{self.name}{self.bound.text}"


class Problem(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """What is solved at one go; of the names in `lowest` the oldest versions are preferred.

    `asked` has the names that were asked for, `of_patch` the patches at which another root counts.
    """

    programs: tuple[str, ...]
    shelf: Shelf
    roots: tuple[ParsedRoot, ...]
    constraints: tuple[ParsedConstraint, ...] = ()
    by_name: Mapping[str, frozenset[Bound]] = {}
    lowest: Container[str] = ()
    of_patch: frozenset[int] = frozenset()
    asked: set[str] = set()

    @property
    def breaks(self) -> set[int]:
        """The patches of the Python at which what was asked until now is answered differently."""
        return self.shelf.breaks(self.asked).union(self.of_patch)

    @property
    def subject(self) -> str:
        """The programs in words."""
        return " and ".join(f"`{program}`" for program in self.programs)

    def demands(self) -> tuple[Demand, ...]:
        """What the roots ask, in an order that does not depend on theirs."""
        unique = {demand: None for root in self.roots for demand in root.requirement.demands}
        return tuple(sorted(unique, key=lambda demand: (demand.key, demand.text)))

    def select(self, name: str, bounds: Iterable[Bound], *, lenient: bool = False) -> Selection:
        """The offers that these bounds and the constraints admit, preferred ones first."""
        self.asked.add(name)
        every = self.by_name.get(name, frozenset()).union(bounds)
        return self.shelf.select(name, every, lenient=lenient, lowest=name in self.lowest)

    def prefers(self, one: Offer, other: Offer) -> bool:
        """Whether one version of a distribution comes before another."""
        version, rival = one.entry.version, other.entry.version
        return version < rival if one.entry.name in self.lowest else version > rival

    def narrowed(
        self, roots: Iterable[ParsedRoot], constraints: Iterable[ParsedConstraint]
    ) -> "Problem":
        """The same with other roots and constraints."""
        return problem_of(self.programs, self.shelf, roots, constraints)


def problem_of(
    programs: tuple[str, ...],
    shelf: Shelf,
    roots: Iterable[ParsedRoot],
    constraints: Iterable[ParsedConstraint],
) -> Problem:
    """The problem of programs: the roots whose markers hold in the shelf's environment."""
    kept, before = tuple(constraints), len(shelf.environment.asked_of_patch)
    counting = tuple(_overridden(shelf, root) for root in roots if _holds(shelf, root.requirement))
    of_patch = shelf.environment.asked_of_patch[before:]
    by_name: dict[str, frozenset[Bound]] = {}
    for constraint in kept:
        by_name[constraint.name] = by_name.get(constraint.name, frozenset()) | {constraint.bound}
    return Problem(
        programs=programs,
        shelf=shelf,
        roots=counting,
        constraints=kept,
        by_name=by_name,
        lowest=_lowest(shelf, counting),
        of_patch=frozenset[int]().union(*of_patch),
    )


class _All:
    """Every name."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)


def _lowest(shelf: Shelf, roots: Iterable[ParsedRoot]) -> Container[str]:
    """The names of which the oldest versions are preferred."""
    match shelf.policy.resolution:
        case "highest":
            return ()
        case "lowest":
            return _All()
        case "lowest-direct":
            return _listed(shelf, roots)
        case mode:
            assert_never(mode)


def _listed(shelf: Shelf, roots: Iterable[ParsedRoot]) -> frozenset[str]:
    """The names that roots ask for, and those that own distributions among these ask for."""
    seen: set[str] = set()
    queue = [demand for root in roots for demand in root.requirement.demands]
    while queue:
        demand = queue.pop()
        if demand.key not in seen and not demand.impossible:
            seen.add(demand.key)
            if entry := shelf.catalogue.own(demand.name):
                offer = shelf.offer(entry, yanked=True)
                if isinstance(offer, Offer):
                    queue += shelf.demands(shelf.candidate(offer, demand.extra))
    return frozenset(split_key(key)[0] for key in seen)


def _overridden(shelf: Shelf, root: ParsedRoot) -> ParsedRoot:
    counting = overridden(root.requirement, shelf.overrides, shelf.requirements)
    return msgspec.structs.replace(root, requirement=counting) if counting else root


def _holds(shelf: Shelf, requirement: Requirement) -> bool:
    marker = requirement.marker
    return marker is None or shelf.environment.holds(marker, requirement.marker_text, "")


def parse_roots(roots: Iterable[Root], requirements: Requirements) -> tuple[ParsedRoot, ...]:
    """Parse what a program requires. Raises `ConfigurationError`s, all at once."""
    parsed: list[ParsedRoot] = []
    errors: list[AssemblerError] = []
    for root in roots:
        try:
            requirement = requirements.parse(root.requirement)
        except InvalidRequirement:
            errors.append(_no_requirement(root))
            continue
        if requirement.url:
            errors.append(_url_root(root, requirement))
        parsed.append(ParsedRoot(root, requirement))
    raise_all(errors)
    return tuple(parsed)


def excluded_roots(
    roots: Iterable[ParsedRoot], overrides: Overrides, own: Container[str]
) -> tuple[ConfigurationError, ...]:
    """The faults of a program that requires what is excluded, by overrides of its `own` or not."""
    return tuple(
        ConfigurationError(
            f"`{root.requirement.name}` is required here, and excluded "
            f"({override.override.origin})",
            origin=root.root.origin,
            hints=[
                "take one of the two away"
                if root.requirement.name in own
                else f'a program takes it after all with `overrides.{root.requirement.name} = ""`'
            ],
        )
        for root in roots
        if (override := overrides.get(root.requirement.name)) and override.bound is None
    )


def parse_constraints(
    constraints: Iterable[Constraint], requirements: Requirements
) -> tuple[ParsedConstraint, ...]:
    """Parse constraints. Raises `ConfigurationError`s, all at once."""
    parsed: list[ParsedConstraint] = []
    errors: list[AssemblerError] = []
    for constraint in constraints:
        try:
            bound = requirements.bound(SpecifierSet(constraint.specifier))
        except InvalidSpecifier:
            errors.append(_no_specifier(constraint))
            continue
        parsed.append(ParsedConstraint(constraint, canonicalize_name(constraint.name), bound))
    raise_all(errors)
    return in_order(parsed)


def in_order(constraints: Iterable[ParsedConstraint]) -> tuple[ParsedConstraint, ...]:
    """Constraints in an order that does not depend on theirs."""
    return tuple(sorted(constraints, key=lambda constraint: (constraint.name, constraint.text)))


def _no_requirement(root: Root) -> ConfigurationError:
    text = root.requirement.strip()
    if text.startswith("-"):
        return ConfigurationError(
            f"`{text}` is an option, not a requirement",
            origin=root.origin,
            hints=[_EXAMPLE, "source trees are named in `[sources]`, indexes in `[index]`"],
        )
    from assembler.solve.spelling import requirement_meant  # noqa: PLC0415 - only a fault needs it

    return ConfigurationError(
        f"`{root.requirement}` is not a requirement",
        origin=root.origin,
        hints=requirement_meant(text) or [_EXAMPLE],
    )


def _url_root(root: Root, requirement: Requirement) -> ConfigurationError:
    return ConfigurationError(
        f"`{requirement.name}` is asked for by URL, which a requirement may not do",
        origin=root.origin,
        hints=[f"require `{requirement.name}`, and say in `[sources]` where it comes from"],
    )


def _no_specifier(constraint: Constraint) -> ConfigurationError:
    from assembler.solve.spelling import specifier_meant  # noqa: PLC0415 - only a fault needs it

    return ConfigurationError(
        f"`{constraint.specifier}` is not a version specifier (constraint on `{constraint.name}`)",
        origin=constraint.origin,
        hints=specifier_meant(constraint.specifier)
        or ["a specifier looks like `<3`, `>=1.2,<2` or `==1.4.*`"],
    )
