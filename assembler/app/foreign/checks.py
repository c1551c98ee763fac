"""What a recipe from elsewhere answers, checked as far as its types don't say it already."""

from collections.abc import Iterator, Mapping
from typing import NoReturn, assert_never

import msgspec

from assembler.app.foreign.messages import MadePart
from assembler.app.foreign.values import decoded
from assembler.errors import PartError
from assembler.model.deployment import RunAtDeployment
from assembler.model.part import ExpandedPart, Part
from assembler.model.paths import UnsafePathError, safe_relpath
from assembler.model.step import (
    AtDeployment,
    BuildSource,
    CheckoutCommit,
    CheckOutput,
    Expose,
    ExtractArchive,
    FetchFile,
    KeepDirectory,
    LinkSources,
    LinkWheels,
    MakeDirectory,
    MakeSymlink,
    RunCommand,
    Step,
    WriteFile,
    WriteLiveFile,
)
from assembler.model.text import Output, PartKey, Piece, Place, Secret, Text, unquoted
from assembler.model.undo import Undo
from assembler.plan.texts import texts
from assembler.recipe import Assembled, Needs

MACHINE = frozenset(
    {
        *("AR", "AS", "CC", "CFLAGS", "CPP", "CPPFLAGS", "CXX", "CXXFLAGS", "FC", "FFLAGS", "LD"),
        *("LDFLAGS", "LIBRARY_PATH", "CPATH", "C_INCLUDE_PATH", "PKG_CONFIG", "PKG_CONFIG_PATH"),
        *("CMAKE_PREFIX_PATH", "SDKROOT", "DEVELOPER_DIR", "MACOSX_DEPLOYMENT_TARGET"),
        *("NO_PROXY", "SSL_CERT_FILE", "no_proxy"),
    }
)
"""The variables of the machine that commands may be passed: those that hold no credentials."""


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
        _check_text(recipe, text, f"the output `{name}`", _known(part))


def check_steps(recipe: str, part: Part, steps: tuple[Step, ...], assembled: Assembled) -> None:
    """Raise `PartError` for steps with what the recipe was not given, or paths that lead out.

    The paths that steps make are checked for every recipe, when they are planned.
    """
    known = _known(part)
    for step in steps:
        for what in _strange(step, assembled):
            _refuse(recipe, f"a step takes {what}, which it was not given")
        for path in _paths(step):
            _check_path(recipe, path)
        for _, text in texts(step):
            if text.outputs:
                _refuse(recipe, "a step holds a reference, which is looked up by now")
            _check_text(recipe, text, "a step", known)


def _strange(step: Step, assembled: Assembled) -> Iterator[str]:
    """What a step takes that is none of what was assembled for the part."""
    match step:
        case FetchFile() | ExtractArchive() | CheckoutCommit():
            yield from _strange_files(step, assembled)
        case RunCommand(passed=passed) | BuildSource(passed=passed):
            yield from (f"the variable `{name}`" for name in passed if name not in MACHINE)
        case LinkWheels():
            yield from _strange_wheels(step, assembled)
        case WriteFile() | WriteLiveFile() | MakeDirectory() | MakeSymlink() | LinkSources():
            pass
        case CheckOutput() | Expose() | KeepDirectory() | AtDeployment() | Undo():
            pass
        case _:
            assert_never(step)


def _strange_files(
    step: FetchFile | ExtractArchive | CheckoutCommit, assembled: Assembled
) -> Iterator[str]:
    if isinstance(step, CheckoutCommit):
        if (step.url, step.commit) not in _commits(assembled):
            yield f"the commit `{step.commit}`"
    elif step.artifact not in assembled.artifacts.values():
        yield f"`{step.artifact.url}`"


def _strange_wheels(step: LinkWheels, assembled: Assembled) -> Iterator[str]:
    programs = assembled.programs.values()
    known = {wheel.key: wheel for program in programs for wheel in program.wheels}
    yield from (f"`{one.key}`" for one in step.wheels if known.get(one.key) != one)
    if step.python not in [program.python for program in programs]:
        yield f"`{step.python.executable}`"


def _commits(assembled: Assembled) -> Iterator[tuple[str, str]]:
    for repository in assembled.repositories:
        yield (repository.url, repository.commit)
        yield from ((module.url, module.commit) for module in repository.modules)


def _paths(step: Step) -> Iterator[str]:
    """The paths in a step but for those that it makes or shows."""
    match step:
        case LinkWheels(links=links):
            for link in links:
                yield from (link.path, link.target)
        case RunCommand(inputs=inputs) | AtDeployment(action=RunAtDeployment(inputs=inputs)):
            yield from (digest.path for digest in inputs)
        case BuildSource(folder=folder, inputs=inputs, patches=patches, outputs=outputs):
            yield from (folder, *outputs) if folder else outputs
            yield from (digest.path for digest in inputs)
            yield from (patch.path for patch in patches)
        case CheckOutput(files=files):
            yield from files
        case _:
            pass


def _known(part: Part) -> frozenset[str]:
    """The parts that a part knows: itself, those it names, and where what these offer leads."""
    led_to = (
        _part_of(piece)
        for values in (part.options, part.values)
        for _, text in texts(values)
        for piece in text.pieces
    )
    return frozenset((part.name, *part.edges, *led_to))


def _check_text(recipe: str, text: Text, where: str, known: frozenset[str]) -> None:
    for piece in map(unquoted, text.pieces):
        named = _part_of(piece)
        if named and named not in known:
            _refuse(recipe, f"{where} leads to part `{named}`, which it does not know")
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
