"""Dependency groups (PEP 735) of the project's own distributions, as requirements of programs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.model.names import normalised_name
from assembler.model.project import GroupRequest, Root
from assembler.model.resolution import ProgramRequest

if TYPE_CHECKING:
    from assembler.app.own_trees import OwnTree


def with_groups(
    programs: Sequence[ProgramRequest], trees: "Mapping[str, OwnTree]"
) -> tuple[ProgramRequest, ...]:
    """The programs, what their groups say being roots of theirs as well.

    Raises `ConfigurationError`, or `Faults` for several.
    """
    errors: list[AssemblerError] = []
    found = tuple(_with_groups(program, trees, errors) for program in programs)
    raise_all(errors)
    return found


def _with_groups(
    program: ProgramRequest, trees: "Mapping[str, OwnTree]", errors: list[AssemblerError]
) -> ProgramRequest:
    roots = list(program.roots)
    for group in program.groups:
        try:
            roots += _roots(group, trees)
        except ConfigurationError as error:
            errors.append(error)
    return msgspec.structs.replace(program, roots=tuple(roots), groups=())


def _roots(request: GroupRequest, trees: "Mapping[str, OwnTree]") -> Iterator[Root]:
    from assembler.model.dependency_groups import (  # noqa: PLC0415 - few ask for groups
        group_names,
        group_requirements,
    )

    tree = trees.get(normalised_name(request.project))
    if tree is None:
        hints = (f'write `{request.project} = {{ path = "…" }}` under [sources]',)
        message = f"`{request.project}` is no source tree of the project"
        raise ConfigurationError(message, origin=request.origin, hints=hints)
    file = f"{tree.source.path}/pyproject.toml"
    names = group_names(tree.pyproject)
    if names and normalised_name(request.group) not in names:
        hints = (f"its groups are {', '.join(f'`{name}`' for name in names)}",)
        message = f"`{file}` has no dependency group `{request.group}`"
        raise ConfigurationError(message, origin=request.origin, hints=hints)
    try:
        requirements = group_requirements(tree.pyproject, request.group)
    except ValueError as error:
        message = f"the dependency group `{request.group}` of `{file}` is not valid: {error}"
        raise ConfigurationError(message, origin=request.origin) from None
    for requirement in requirements:
        yield Root(requirement, request.origin)
