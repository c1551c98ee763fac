"""Programs that must share versions: what one of a solve group says counts for all of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.model.project import Override
from assembler.model.resolution import ProgramRequest


def mates(programs: Sequence[ProgramRequest]) -> Mapping[str, tuple[str, ...]]:
    """For each program the others of its solve group, sorted."""
    return {program.name: mates_of(program, programs) for program in programs}


def mates_of(program: ProgramRequest, programs: Iterable[ProgramRequest]) -> tuple[str, ...]:
    """The others of a program's solve group, sorted."""
    group = _group(program)
    same = {other.name for other in programs if _group(other) == group} if group else set()
    return tuple(sorted(same - {program.name}))


def shared(programs: Sequence[ProgramRequest]) -> tuple[ProgramRequest, ...]:
    """The programs, each with the constraints and overrides of all in its solve group.

    Raises `ConfigurationError`s, all at once: for other Pythons in one group, and for overrides of
    one distribution that differ.
    """
    groups: dict[str, list[ProgramRequest]] = {}
    for program in sorted(programs, key=lambda program: program.name):
        key = f"group {program.solve_group.name}" if program.solve_group else program.name
        groups.setdefault(key, []).append(program)
    raise_all([fault for members in groups.values() for fault in _faults(members)])
    joined = {
        program.name: _joined(program, group) for group in groups.values() for program in group
    }
    return tuple(joined[program.name] for program in programs)


def _joined(program: ProgramRequest, members: Sequence[ProgramRequest]) -> ProgramRequest:
    return msgspec.structs.replace(
        program,
        constraints=tuple(dict.fromkeys(each for member in members for each in member.constraints)),
        overrides=tuple(_overrides(members).values()),
    )


def _overrides(members: Sequence[ProgramRequest]) -> Mapping[str, Override]:
    return {each.name: each for member in members for each in member.overrides}


def _faults(members: Sequence[ProgramRequest]) -> Iterator[AssemblerError]:
    first = members[0]
    for other in members[1:]:
        if other.python != first.python:
            yield _two_pythons(first, other)
    seen: dict[str, tuple[ProgramRequest, Override]] = {}
    for member in members:
        for override in member.overrides:
            before, known = seen.setdefault(override.name, (member, override))
            if (known.specifier, known.exclude) != (override.specifier, override.exclude):
                yield _two_overrides(before, member, known, override)


def _group(program: ProgramRequest) -> str:
    return program.solve_group.name if program.solve_group else ""


def _two_pythons(one: ProgramRequest, other: ProgramRequest) -> ConfigurationError:
    return ConfigurationError(
        f"`{one.name}` and `{other.name}` share the solve group `{_group(one)}`, and have other "
        f"Pythons: {one.python} and {other.python}",
        origin=other.solve_group.origin if other.solve_group else None,
        hints=["give both the same `python`, or take one of them out of the group"],
    )


def _two_overrides(
    one: ProgramRequest, other: ProgramRequest, known: Override, override: Override
) -> ConfigurationError:
    return ConfigurationError(
        f"`{one.name}` and `{other.name}` share the solve group `{_group(one)}`, and override "
        f"`{override.name}` in two ways",
        origin=override.origin,
        details=[f"the other one is at {known.origin}"],
        hints=["say it in one of them: it counts for all of the group"],
    )
