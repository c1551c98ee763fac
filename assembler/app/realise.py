"""The second question to every part is what steps make it."""

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Protocol

import msgspec

from assembler.app.declaring import Declared
from assembler.app.extending import program_of
from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.model.lock import LockedArtifact, LockedRepository
from assembler.model.part import Part, PartName
from assembler.model.project import Project
from assembler.model.sources import RepositoryRequest
from assembler.model.step import Step
from assembler.model.target import Target
from assembler.plan import secrets
from assembler.plan.outputs import check_launchers, resolve
from assembler.recipe import (
    Assembled,
    HasOutputs,
    Needs,
    Outputs,
    Recipe,
    WheelSet,
    asking,
)


class MatchedFiles(Protocol):
    """Project files as far as recipes see them."""

    def glob(self, folder: PurePath, pattern: str) -> tuple[str, ...]:
        """The sorted files below the folder that match, relative to it."""
        ...

    def sha256(self, path: PurePath) -> str:
        """The sha256 of a file's content."""
        ...

    def read(self, path: PurePath) -> bytes:
        """The content of a file."""
        ...


class Doors(Protocol):
    """What of the machine asking recipes needs."""

    @property
    def recipes(self) -> Mapping[str, Recipe]:
        """The recipes there are, by name."""
        ...

    @property
    def files(self) -> MatchedFiles:
        """The file system."""
        ...


class Provided(msgspec.Struct, frozen=True, kw_only=True):
    """What the needs of all parts became: wheels by program, artifacts by URL, repositories."""

    programs: Mapping[str, WheelSet]
    artifacts: Mapping[str, LockedArtifact]
    repositories: Mapping[RepositoryRequest, LockedRepository]


class Realised(msgspec.Struct, frozen=True, kw_only=True):
    """The parts with their references looked up, the steps of each, and the files that were seen.

    `globs` maps each declared pattern to what it matched, relative to the checkout.
    """

    parts: tuple[Part, ...]
    steps: Mapping[PartName, tuple[Step, ...]]
    globs: Mapping[str, tuple[str, ...]]


def realise(
    project: Project,
    declared: Declared,
    target: Target,
    provided: Provided,
    services: Doors,
) -> Realised:
    """Ask every part's recipe. Raises `ConfigurationError`, or `Faults` with all of them."""
    recipes = services.recipes
    parts = resolve(declared.parts, outputs_of(declared.parts, recipes))
    globs = _globs(project, declared, services)
    steps: dict[PartName, tuple[Step, ...]] = {}
    errors: list[AssemblerError] = []
    for part in parts:
        needs = declared.needs[part.name]
        assembled = Assembled(
            target=target,
            programs={name: provided.programs[name] for name in _programs(needs, declared)},
            artifacts={each.url: provided.artifacts[each.url] for each in needs.artifacts},
            repositories=tuple(provided.repositories[each] for each in needs.repositories),
            files=_digests(project, needs, globs, services),
            contents=_contents(project, needs, globs, services),
        )
        try:
            with asking(part):
                steps[part.name] = recipes[part.recipe].realise(part, assembled)
        except AssemblerError as error:
            errors.append(error)
    raise_all(errors)
    check_launchers(parts, steps)
    secrets.check(parts, steps, [source.name for source in project.secrets])
    return Realised(parts=parts, steps=steps, globs=globs)


def _programs(needs: Needs, declared: Declared) -> Iterator[str]:
    """The names of a part's own programs and of those of other parts that it sees."""
    yield from (program.name for program in needs.programs)
    yield from (program_of(asked, declared.needs) for asked in needs.programs_of)


def outputs_of(
    parts: tuple[Part, ...], recipes: Mapping[str, Recipe]
) -> Mapping[PartName, Outputs]:
    """What the parts offer, in the words of their recipes."""
    outputs: dict[PartName, Outputs] = {}
    for part in parts:
        recipe = recipes[part.recipe]
        with asking(part):
            outputs[part.name] = recipe.outputs(part) if isinstance(recipe, HasOutputs) else {}
    return outputs


def _globs(project: Project, declared: Declared, services: Doors) -> Mapping[str, tuple[str, ...]]:
    globs: dict[str, tuple[str, ...]] = {}
    errors: list[AssemblerError] = []
    for part in declared.parts:
        needs = declared.needs[part.name]
        for pattern in {*needs.files, *needs.reads}:
            globs[pattern] = services.files.glob(project.folder, pattern)
            if not globs[pattern]:
                errors.append(
                    ConfigurationError(
                        f"part `{part.name}` needs `{pattern}`, and there is no such file",
                        origin=part.origin,
                        hints=(f"paths are relative to the folder of `{project.file}`",),
                    )
                )
    raise_all(errors)
    return globs


def _digests(
    project: Project, needs: Needs, globs: Mapping[str, tuple[str, ...]], services: Doors
) -> Mapping[str, str]:
    paths = {path for pattern in (*needs.files, *needs.reads) for path in globs[pattern]}
    return {path: services.files.sha256(project.folder / path) for path in sorted(paths)}


def _contents(
    project: Project, needs: Needs, globs: Mapping[str, tuple[str, ...]], services: Doors
) -> Mapping[str, bytes]:
    paths = {path for pattern in needs.reads for path in globs[pattern]}
    return {path: services.files.read(project.folder / path) for path in sorted(paths)}
