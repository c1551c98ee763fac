"""Programs with their requirements parsed, and which of them are solved at one go."""

from collections.abc import Iterable

import msgspec

from assembler.errors import AssemblerError, Faults, raise_all
from assembler.model.project import Override
from assembler.model.resolution import ProgramRequest
from assembler.model.solve_groups import shared
from assembler.model.target import Target
from assembler.solve.environment import PythonVersion
from assembler.solve.overrides import Overrides, parse_overrides
from assembler.solve.problem import (
    ParsedConstraint,
    ParsedRoot,
    excluded_roots,
    in_order,
    parse_constraints,
    parse_roots,
)
from assembler.solve.python import parse_python
from assembler.solve.question import Question
from assembler.solve.requirements import Requirements
from assembler.solve.served import served


class Program(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """A program whose requirements are parsed."""

    name: str
    group: str
    targets: tuple[Target, ...]
    roots: tuple[ParsedRoot, ...]


class Party(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """Programs that are solved at one go: one alone, or all of a solve group.

    `targets` are those of any of them; constraints and overrides count for all.
    """

    members: tuple[Program, ...]
    python: PythonVersion
    targets: tuple[Target, ...]
    constraints: tuple[ParsedConstraint, ...]
    overrides: Overrides

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the programs."""
        return tuple(member.name for member in self.members)

    @property
    def roots(self) -> tuple[ParsedRoot, ...]:
        """The roots of all programs, which say whose they are where there are several."""
        if len(self.members) == 1:
            return self.members[0].roots
        return tuple(
            msgspec.structs.replace(root, program=member.name)
            for member in self.members
            for root in member.roots
        )

    def on(self, targets: Iterable[Target]) -> "Party":
        """Those of the programs that are for any of these targets."""
        some = tuple(targets)
        members = (one for one in self.members if any(each in one.targets for each in some))
        return msgspec.structs.replace(self, members=tuple(members))

    def alone(self, member: Program) -> "Party":
        """One of the programs, as if it shared no versions."""
        return msgspec.structs.replace(self, members=(member,))


def flattened(error: AssemblerError) -> tuple[AssemblerError, ...]:
    """The single errors of a collection, or the error itself."""
    return error.errors if isinstance(error, Faults) else (error,)


def parties(question: Question, requirements: Requirements) -> tuple[Party, ...]:
    """The programs of a question, in the order of their names.

    Raises `ConfigurationError`s, all at once.
    """
    policy = question.policy
    errors: list[AssemblerError] = []
    constraints: tuple[ParsedConstraint, ...] = ()
    overrides: tuple[Override, ...] = ()
    try:
        constraints = parse_constraints(policy.constraints, requirements)
    except AssemblerError as error:
        errors += flattened(error)
    try:
        parse_overrides(policy.overrides, requirements)
        overrides = policy.overrides
    except AssemblerError as error:
        errors += flattened(error)
    found: dict[str, list[Party]] = {}
    asked = [
        msgspec.structs.replace(request, python=request.python or policy.python)
        for request in question.programs
    ]
    for request in sorted(shared(asked), key=lambda request: request.name):
        try:
            party = _party(request, question, requirements, overrides)
            key = f"group {request.solve_group.name}" if request.solve_group else request.name
            found.setdefault(key, []).append(party)
        except AssemblerError as error:
            errors += flattened(error)
    raise_all(errors)
    return tuple(_joined(some, constraints, question.targets) for some in found.values())


def _party(
    request: ProgramRequest,
    question: Question,
    requirements: Requirements,
    overrides: tuple[Override, ...],
) -> Party:
    """A program alone, with the constraints of its own."""
    constraints = parse_constraints(request.constraints, requirements)
    counting = parse_overrides((*overrides, *request.overrides), requirements)
    python = parse_python(request.python or "", request.name)
    roots = parse_roots(request.roots, requirements)
    own = {override.name for override in request.overrides}
    raise_all(excluded_roots(roots, counting, own))
    targets = served(question.targets, request, python)
    group = request.solve_group.name if request.solve_group else ""
    program = Program(name=request.name, group=group, targets=targets, roots=roots)
    return Party(
        members=(program,),
        python=python,
        targets=targets,
        constraints=constraints,
        overrides=counting,
    )


def _joined(
    parties: Iterable[Party], constraints: Iterable[ParsedConstraint], targets: Iterable[Target]
) -> Party:
    """Programs of one group as one party; these constraints count besides their own."""
    first, *others = parties
    every = (first, *others)
    any_of = [target for party in every for target in party.targets]
    return msgspec.structs.replace(
        first,
        members=tuple(member for party in every for member in party.members),
        targets=tuple(target for target in targets if target in any_of),
        constraints=in_order((*constraints, *first.constraints)),
    )
