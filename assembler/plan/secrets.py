"""Where secrets may stand: in live files alone, which no command of a build reads."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from assembler.errors import ConfigurationError, raise_all
from assembler.model.part import Part, PartName
from assembler.model.step import (
    BuildSource,
    CheckOutput,
    RunCommand,
    Step,
    WriteFile,
    WriteLiveFile,
)
from assembler.model.text import Place, Secret, unquoted
from assembler.model.undo import Undo
from assembler.origin import Origin
from assembler.plan.nearest import nearest
from assembler.plan.texts import texts

_HINT = "put it in a file that a `template` writes, and let the program read that file"

_LiveFiles = frozenset[tuple[str, str]]
"""Live files: the part that has each, and its path there."""


def check(
    parts: Sequence[Part], steps: Mapping[PartName, Sequence[Step]], known: Collection[str]
) -> None:
    """Raise `ConfigurationError` for secrets that are in no live file, or are not `known`.

    A command of the build that would read a live file is at fault, too: none is written yet.
    """
    live = frozenset(
        (str(name), step.path)
        for name, made_by in steps.items()
        for step in made_by
        if isinstance(step, WriteLiveFile)
    )
    faults: list[ConfigurationError] = []
    for part in parts:
        for step in steps.get(part.name, ()):
            faults += _unknown(part, step, known)
            faults += _misplaced(part, step)
            faults += _reading(part, step, live)
    raise_all(faults)


def _unknown(part: Part, step: Step, known: Collection[str]) -> Iterator[ConfigurationError]:
    names = (name for _, text in texts(step) for name in text.secrets)
    for name in dict.fromkeys(names):
        if name not in known:
            yield ConfigurationError(
                f"part `{part.name}`: there is no secret `{name}`",
                origin=part.origin_of("secrets"),
                hints=nearest(name, known) or (f'add `{name} = {{ env = "…" }}` to `[secrets]`',),
            )


def _misplaced(part: Part, step: Step) -> Iterator[ConfigurationError]:
    if isinstance(step, WriteLiveFile):
        return
    names = (name for _, text in texts(step) for name in text.secrets)
    for name in dict.fromkeys(names):
        yield ConfigurationError(
            f"part `{part.name}`: {_what(step)} can't hold the secret `{name}`",
            origin=_origin(part, Secret(name)),
            hints=(_HINT,),
        )


def _what(step: Step) -> str:
    match step:
        case RunCommand() | CheckOutput() | BuildSource():
            return "a command that runs while it is built"
        case Undo():
            return "a command that undoes it"
        case WriteFile():
            return f"`{step.path}`, which is written while it is built,"
        case _:
            return "a path"


def _reading(part: Part, step: Step, live: _LiveFiles) -> Iterator[ConfigurationError]:
    match step:
        case RunCommand() | BuildSource():
            read = texts(step)
        case CheckOutput():
            read = texts((step.arguments, step.environment))
        case _:
            return
    pieces = (unquoted(piece) for _, text in read for piece in text.pieces)
    for place in dict.fromkeys(piece for piece in pieces if isinstance(piece, Place)):
        for owner, path in sorted(live):
            if place.root == "part" and owner == place.part and _holds(place.path, path):
                yield ConfigurationError(
                    f"part `{part.name}`: a command that runs while it is built can't read "
                    f"`{path}` of part `{owner}`, which holds secrets and is written later",
                    origin=_origin(part, place),
                )


def _holds(folder: str, path: str) -> bool:
    return folder in ("", ".", path) or path.startswith(f"{folder}/")


def _origin(part: Part, piece: Secret | Place) -> Origin:
    """Where the first option was written that holds it."""
    found = (part.origin_of(*path) for path, text in texts(part.values) if piece in text.pieces)
    return next(found, part.origin)
