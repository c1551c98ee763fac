"""Recipes asked all that a build asks them, with everything in memory."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from assembler.app.declaring import Declared, declare
from assembler.app.realise import Provided, Realised, outputs_of, realise
from assembler.config.compose import compose
from assembler.config.document import parse
from assembler.config.schema import load
from assembler.errors import ConfigurationError
from assembler.model.lock import LockedArtifact, LockedRepository
from assembler.model.manifest import Fingerprint
from assembler.model.part import Part
from assembler.model.platforms import target_named
from assembler.model.project import Project
from assembler.model.resolution import Pin, ProgramRequest
from assembler.model.step import Step
from assembler.model.target import Interpreter
from assembler.model.undo import Undo
from assembler.plan.environment import layout
from assembler.plan.planner import plan
from assembler.plan.request import PlanRequest, RealisedPart
from assembler.recipe import ArtifactRequest, Needs, Outputs, Recipe, WheelSet
from assembler.solve.solver import Policy, Question, solve
from assembler.testing.distributions import Distribution, MemoryIndex
from assembler.testing.memory import FOLDER, MemoryProject
from assembler.testing.recipes import WatchedRecipe
from assembler.testing.shown import shown

COMMIT = "0" * 40
"""The commit that every revision of every repository is."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What there is for recipes to see: themselves, project files, an index, downloads by URL.

    `executables` are files that may be run, once they are written.
    """

    recipes: Mapping[str, Recipe]
    files: Mapping[str, bytes] = {}
    executables: frozenset[str] = frozenset()
    distributions: Sequence[Distribution] = ()
    downloads: Mapping[str, LockedArtifact] = {}
    target: str = "linux-x86_64"
    environment: Mapping[str, str] = {}


class AskedPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part, and what its recipe answered; references in its options are looked up."""

    part: Part
    needs: Needs
    outputs: Outputs
    steps: tuple[Step, ...]

    @property
    def expansion(self) -> tuple[str, ...]:
        """The names of the parts that it was made to."""
        return self.part.expansion

    @property
    def undo(self) -> tuple[Undo, ...]:
        """The steps that undo what it does outside."""
        return tuple(step for step in self.steps if isinstance(step, Undo))

    @property
    def shown(self) -> str:
        """The steps in words."""
        return shown(self.steps)


class _Doors:
    """What asking recipes needs of the machine, of which there is none."""

    def __init__(self, given: Given) -> None:
        self.recipes: Mapping[str, Recipe] = _Watched(given.recipes)
        self.files = MemoryProject(given.files)


class _Watched(Mapping[str, Recipe]):
    """Recipes that are watched, each from when it is first asked for."""

    def __init__(self, recipes: Mapping[str, Recipe]) -> None:
        self._recipes = recipes
        self._watched: dict[str, Recipe] = {}

    def __getitem__(self, name: str) -> Recipe:
        if name not in self._watched:
            self._watched[name] = WatchedRecipe(name, self._recipes[name])
        return self._watched[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._recipes)

    def __len__(self) -> int:
        return len(self._recipes)

    def __contains__(self, name: object) -> bool:
        return name in self._recipes


def asked(text: str, given: Given) -> Mapping[str, AskedPart]:
    """Ask the recipes of all parts of an assembly file, and plan what they answer.

    Raises `Impure`, and what a build raises: `ConfigurationError`, `UnsatisfiableError`,
    `RecipeBug`.
    """
    doors = _Doors(given)
    project = load(
        compose([parse(text, "assembly.toml")], target_named(given.target)),
        recipes=doors.recipes,
        folder=FOLDER,
        environment=given.environment,
    )
    declared = declare(project, doors.recipes)
    target = target_named(given.target, project.targets)
    realised = realise(project, declared, target, _provided(project, declared, given), doors)
    _plan(project, realised)
    outputs = outputs_of(declared.parts, doors.recipes)
    return {
        part.name: AskedPart(
            part=part,
            needs=declared.needs[part.name],
            outputs=outputs[part.name],
            steps=realised.steps[part.name],
        )
        for part in realised.parts
    }


def _plan(project: Project, realised: Realised) -> None:
    """Plan a first build of it, which checks its paths and names."""
    parts = (RealisedPart(part=part, steps=realised.steps[part.name]) for part in realised.parts)
    request = PlanRequest(
        assembly=project.name,
        prefix=str(FOLDER / project.prefix),
        project=str(FOLDER),
        parts=tuple(parts),
        fingerprint=Fingerprint(request=""),
        secrets=project.secrets,
    )
    plan(request)


def _provided(project: Project, declared: Declared, given: Given) -> Provided:
    needs = declared.needs.values()
    artifacts = (request for each in needs for request in each.artifacts)
    repositories = (request for each in needs for request in each.repositories)
    return Provided(
        programs=_wheel_sets(project, declared, given),
        artifacts={each.url: _artifact(each, given) for each in artifacts},
        repositories={
            each: LockedRepository(
                url=each.url, rev=each.rev, submodules=each.submodules, commit=COMMIT
            )
            for each in repositories
        },
    )


def _artifact(request: ArtifactRequest, given: Given) -> LockedArtifact:
    if request.url not in given.downloads:
        raise ConfigurationError(
            f"the test has no download `{request.url}`",
            hints=("give it one with `download(url, content)`",),
        )
    return given.downloads[request.url]


def _wheel_sets(project: Project, declared: Declared, given: Given) -> Mapping[str, WheelSet]:
    """The programs, solved on the index of the test."""
    if not declared.programs:
        return {}
    question = Question(
        programs=declared.programs,
        targets=(target_named(given.target, project.targets),),
        policy=Policy(
            python=project.python,
            constraints=project.lock.constraints,
            overrides=project.lock.overrides,
            prereleases=project.lock.prereleases,
        ),
        routes=project.indexes,
        own={},
    )
    pins = solve(question, MemoryIndex(given.distributions)).pins
    found = {cell.program: each for cell, each in pins.items()}
    return {
        program.name: _wheel_set(program, found[program.name], project, given)
        for program in declared.programs
    }


def _wheel_set(
    program: ProgramRequest, pins: Sequence[Pin], project: Project, given: Given
) -> WheelSet:
    minor = ".".join((program.python or project.python).split(".")[:2])
    released = {(each.normalised, each.version): each for each in given.distributions}
    contents = [released[pin.name, pin.version].contents() for pin in pins]
    return WheelSet(
        python=Interpreter(executable=f"/usr/bin/python{minor}", version=f"{minor}.0"),
        wheels=tuple(each.wheel for each in contents),
        links=layout(contents, minor),
        requested=frozenset(
            canonicalize_name(Requirement(root.requirement).name) for root in program.roots
        ),
    )
