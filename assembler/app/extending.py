"""Programs of other parts: found, and extended by what is needed besides."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.model.part import PartName
from assembler.model.project import ProgramOf, SolveGroup
from assembler.model.resolution import ProgramRequest
from assembler.recipe import Needs


def program_of(asked: ProgramOf, needs: Mapping[PartName, Needs]) -> str:
    """The name of another part's program. Raises `ConfigurationError` if it has none."""
    programs = needs[PartName(asked.part)].programs
    if len(programs) != 1:
        having = (f"`{name}`" for name in sorted(needs) if len(needs[name].programs) == 1)
        raise ConfigurationError(
            f"part `{asked.part}` has no program",
            origin=asked.origin,
            details=(f"parts that have one: {', '.join(having) or 'none'}",),
        )
    return programs[0].name


def extended(
    programs: Sequence[ProgramRequest], needs: Mapping[PartName, Needs]
) -> tuple[ProgramRequest, ...]:
    """The programs, those that extend others being given what these have.

    `programs` are in building order. One that is extended is in a solve group with those that
    extend it, so that they have its versions. Raises `ConfigurationError`, or `Faults`.
    """
    found = {program.name: program for program in programs}
    errors: list[AssemblerError] = []
    for program in programs:
        try:
            found |= _joined(program, found, needs)
        except ConfigurationError as error:
            errors.append(error)
    raise_all([*errors, *_unseen(needs)])
    return tuple(found.values())


def _joined(
    program: ProgramRequest,
    found: Mapping[str, ProgramRequest],
    needs: Mapping[PartName, Needs],
) -> Mapping[str, ProgramRequest]:
    """The program and the one that it extends, in one solve group."""
    if program.extends is None:
        return {}
    base = found[program_of(program.extends, needs)]
    name = f"{base.name} and what extends it"
    group = base.solve_group or SolveGroup(name, program.extends.origin)
    joined = msgspec.structs.replace(
        program,
        roots=(*base.roots, *program.roots),
        groups=(*base.groups, *program.groups),
        python=base.python,
        targets=base.targets,
        solve_group=group,
        extends=None,
    )
    return {base.name: msgspec.structs.replace(base, solve_group=group), joined.name: joined}


def _unseen(needs: Mapping[PartName, Needs]) -> Iterator[ConfigurationError]:
    for each in needs.values():
        for asked in each.programs_of:
            try:
                program_of(asked, needs)
            except ConfigurationError as error:
                yield error
