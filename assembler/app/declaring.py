"""The first question to every part is what it needs."""

from collections.abc import Mapping

import msgspec

from assembler import graph
from assembler.app.extending import extended
from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.model.part import Part, PartName
from assembler.model.project import Project
from assembler.model.resolution import ProgramRequest
from assembler.recipe import Needs, Recipe, asking


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """The parts in dependency order, what each needs, and the programs that need a solve."""

    parts: tuple[Part, ...]
    needs: Mapping[PartName, Needs]
    programs: tuple[ProgramRequest, ...]

    def narrowed(self, names: frozenset[PartName]) -> "Declared":
        """The same for some of the parts."""
        needs = {name: needs for name, needs in self.needs.items() if name in names}
        kept = {program.name for each in needs.values() for program in each.programs}
        return Declared(
            parts=tuple(part for part in self.parts if part.name in names),
            needs=needs,
            programs=tuple(program for program in self.programs if program.name in kept),
        )


def declare(project: Project, recipes: Mapping[str, Recipe]) -> Declared:
    """Ask every part's recipe. Raises `ConfigurationError`, or `Faults` with all of them."""
    parts = graph.order(project.parts)
    needs: dict[PartName, Needs] = {}
    errors: list[AssemblerError] = []
    for part in parts:
        try:
            with asking(part):
                needs[part.name] = recipes[part.recipe].declare(part)
        except AssemblerError as error:
            errors.append(error)
    raise_all(errors)
    programs = _programs(project, parts, needs)
    return Declared(parts=parts, needs=needs, programs=programs)


def _programs(
    project: Project, parts: tuple[Part, ...], needs: Mapping[PartName, Needs]
) -> tuple[ProgramRequest, ...]:
    owners: dict[str, PartName] = {}
    programs: list[ProgramRequest] = []
    errors: list[AssemblerError] = []
    for part in parts:
        for program in needs[part.name].programs:
            if other := owners.get(program.name):
                errors.append(
                    ConfigurationError(
                        f"`{other}` and `{part.name}` are both the program `{program.name}`",
                        origin=part.origin,
                        hints=("names are compared as Python distributions' names: rename one",),
                    )
                )
            owners[program.name] = part.name
            python = program.python or project.python
            programs.append(msgspec.structs.replace(program, python=python))
    raise_all(errors)
    return tuple(sorted(extended(programs, needs), key=lambda program: program.name))
