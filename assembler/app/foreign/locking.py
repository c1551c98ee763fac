"""Recipes from elsewhere are solved, each entry on its own."""

from collections.abc import Mapping

from assembler import __version__
from assembler.app.hashes import with_hashes
from assembler.app.recipe_groups import (
    PYTHONS,
    asked,
    distributions,
    group_of,
    policy,
    request,
    with_python,
)
from assembler.app.services import Services
from assembler.app.upload_times import Instants, cutoffs, known_instants
from assembler.errors import UnsatisfiableError
from assembler.lock.inputs import program_inputs
from assembler.model.foreign import RecipeDistribution
from assembler.model.lock import Lock, ProgramInputs
from assembler.model.platforms import target_named
from assembler.model.project import Project
from assembler.model.resolution import Cell, Pin, Resolution
from assembler.solve.question import Policy, Question
from assembler.solve.solver import solve


class RecipeLocking:
    """One lock of recipes in the making.

    `before` is what was locked, `upgrade` what of it may become newer: `None` for nothing that
    still fits, empty for all.
    """

    def __init__(
        self,
        project: Project,
        before: Lock | None,
        upgrade: frozenset[str] | None,
        services: Services,
    ) -> None:
        self._project = project
        self._services = services
        self._upgrade = upgrade
        self._before = None if upgrade == frozenset() else before
        self._instants = Instants(services.machine.now, known_instants(self._before))
        self._uploads = cutoffs(project, self._instants)
        named = tuple(target_named(name, project.targets) for name in project.lock.targets)
        self._targets = named or (target_named(services.machine.platform),)

    def lock(self) -> Lock | None:
        """Solve every entry that is a distribution; `None` where there is none.

        An entry that no Python has an answer for raises `UnsatisfiableError`; one that some have
        none for is told of, and locked for the others.
        """
        inputs: dict[str, ProgramInputs] = {}
        cells: dict[Cell, tuple[Pin, ...]] = {}
        for source in distributions(self._project):
            for group, solved in self._solved(source).items():
                cells |= solved.pins
                inputs[group] = self._inputs(source, group, solved)
        if not inputs:
            return None
        return Lock(
            created_by=__version__,
            targets=self._targets,
            exclude_newer=self._uploads.default,
            exclude_newer_rule=self._project.lock.exclude_newer,
            exclude_newer_instants=self._instants.of_durations(inputs),
            inputs=dict(sorted(inputs.items())),
            cells=dict(sorted(cells.items())),
        )

    def _solved(self, source: RecipeDistribution) -> Mapping[str, Resolution]:
        found: dict[str, Resolution] = {}
        refused: dict[str, UnsatisfiableError] = {}
        for python in (each for each in PYTHONS if with_python(self._targets, each)):
            try:
                found[group_of(source.name, python)] = self._solved_for(source, python)
            except UnsatisfiableError as error:
                refused[python] = error
        if not found:
            raise next(reversed(refused.values()))
        for python, refusal in refused.items():
            words = f"the recipes `{source.name}` can't be asked on Python {python}"
            self._services.reporter.note(f"{words}: {refusal.message}")
        return found

    def _solved_for(self, source: RecipeDistribution, python: str) -> Resolution:
        said = policy(self._project)
        question = Question(
            programs=(request(source, python, self._targets),),
            targets=self._targets,
            policy=Policy(
                python=python,
                constraints=said.constraints,
                overrides=said.overrides,
                exclude_newer=self._uploads,
                builds=True,
            ),
            routes=self._project.indexes,
        )
        preferred = self._preferred()
        solved = solve(question, self._services.index, prefer=preferred)
        return with_hashes(solved, self._services, preferred)

    def _preferred(self) -> Resolution | None:
        if self._before is None:
            return None
        named = self._upgrade or frozenset()
        return Resolution(
            {
                cell: tuple(
                    pin
                    for pin in pins
                    if named.isdisjoint((pin.name, f"{cell.program}:{pin.name}"))
                )
                for cell, pins in self._before.cells.items()
            }
        )

    def _inputs(self, source: RecipeDistribution, group: str, solved: Resolution) -> ProgramInputs:
        python = next(python for python in PYTHONS if group_of(source.name, python) == group)
        program = request(source, python, self._targets)
        excluded = solved.excluded.get(group, frozenset())
        names = excluded.union(pin.name for pins in solved.pins.values() for pin in pins)
        what = asked(self._project, (program,), self._targets)
        return program_inputs(program, what, names, self._targets)
