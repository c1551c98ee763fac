"""What a recipe from elsewhere answers, checked as far as its types don't say it already."""

from collections.abc import Iterator, Mapping
from typing import NoReturn

import msgspec

from assembler.app.foreign.messages import MadePart
from assembler.app.foreign.values import decoded
from assembler.errors import PartError
from assembler.model.part import ExpandedPart, Part
from assembler.model.paths import UnsafePathError, safe_relpath
from assembler.model.step import (
    BuildSource,
    CheckoutCommit,
    CheckOutput,
    ExtractArchive,
    FetchFile,
    LinkWheels,
    RunCommand,
    Step,
)
from assembler.model.text import Output, PartKey, Piece, Place, Secret, Text, unquoted
from assembler.plan.texts import texts
from assembler.recipe import Assembled, Needs


def check_needs(recipe: str, needs: Needs) -> None:
    """Raise `PartError` for files outside the project."""
    for pattern in (*needs.files, *needs.reads):
        _check_path(recipe, pattern)


def expanded_part(recipe: str, made: MadePart) -> ExpandedPart:
    """A part that was made of another. Raises `PartError` for options that are none."""
    try:
        options = decoded(made.options)
    except (msgspec.MsgspecError, ValueError, TypeError, LookupError) as error:
        _refuse(recipe, f"the options of `{made.name}`: {error}")
    if not isinstance(options, dict):
        _refuse(recipe, f"the options of `{made.name}` are no table")
    return ExpandedPart(name=made.name, recipe=made.recipe, options=options, needs=made.needs)


def check_outputs(recipe: str, part: Part, outputs: Mapping[str, Text]) -> None:
    """Raise `PartError` for outputs that lead to what the part does not know."""
    for name, text in outputs.items():
        _check_text(recipe, part, text, f"the output `{name}`", settled=False)


def check_steps(recipe: str, part: Part, steps: tuple[Step, ...], assembled: Assembled) -> None:
    """Raise `PartError` for steps with what the recipe was not given, or paths that lead out.

    The paths that steps make are checked for every recipe, when they are planned.
    """
    for step in steps:
        _check_given(recipe, step, assembled)
        for path in _paths(step):
            _check_path(recipe, path)
        for _, text in texts(step):
            _check_text(recipe, part, text, "a step", settled=True)


def _check_given(recipe: str, step: Step, assembled: Assembled) -> None:
    for what in _strange(step, assembled):
        _refuse(recipe, f"a step takes {what}, which it was not given")


def _strange(step: Step, assembled: Assembled) -> Iterator[str]:
    """What a step takes that is none of what was assembled for the part."""
    match step:
        case FetchFile(artifact=artifact) | ExtractArchive(artifact=artifact):
            if artifact not in assembled.artifacts.values():
                yield f"`{artifact.url}`"
        case CheckoutCommit(url=url, commit=commit):
            if (url, commit) not in _commits(assembled):
                yield f"the commit `{commit}`"
        case LinkWheels(python=python, wheels=wheels):
            programs = assembled.programs.values()
            known = {wheel.key: wheel for program in programs for wheel in program.wheels}
            yield from (f"`{one.key}`" for one in wheels if known.get(one.key) != one)
            if python not in [program.python for program in programs]:
                yield f"`{python.executable}`"
        case _:
            pass


def _commits(assembled: Assembled) -> Iterator[tuple[str, str]]:
    for repository in assembled.repositories:
        yield (repository.url, repository.commit)
        yield from ((module.url, module.commit) for module in repository.modules)


def _paths(step: Step) -> Iterator[str]:
    match step:
        case LinkWheels(links=links):
            for link in links:
                yield from (link.path, link.target)
        case RunCommand(inputs=inputs):
            yield from (digest.path for digest in inputs)
        case BuildSource(inputs=inputs, outputs=outputs):
            yield from (digest.path for digest in inputs)
            yield from outputs
        case CheckOutput(files=files):
            yield from files
        case _:
            pass


def _check_text(recipe: str, part: Part, text: Text, where: str, *, settled: bool) -> None:
    for piece in map(unquoted, text.pieces):
        if isinstance(piece, Output) and settled:
            _refuse(recipe, f"{where} holds a reference, which is looked up by now")
        named = _part_of(piece)
        if named and named not in (part.name, *part.edges):
            _refuse(recipe, f"{where} leads to part `{named}`, which `{part.name}` does not name")
        if isinstance(piece, Place) and piece.path:
            _check_path(recipe, piece.path)


def _part_of(piece: Piece) -> str:
    match piece:
        case Place(part=part) | PartKey(part=part) | Output(part=part):
            return part
        case str() | Secret():
            return ""
        case _:
            return _part_of(unquoted(piece))


def _check_path(recipe: str, path: str) -> None:
    try:
        safe_relpath(path)
    except UnsafePathError as error:
        _refuse(recipe, f"the path {error}")


def _refuse(recipe: str, fault: str) -> NoReturn:
    raise PartError(f"recipe `{recipe}` gave an answer that can't be used: {fault}")
