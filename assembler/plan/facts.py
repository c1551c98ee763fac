"""The inputs of a part in words, from which the next plan says why it is due."""

from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

import msgspec

from assembler.model.canonical import digest
from assembler.model.part import Part
from assembler.model.step import (
    BuildSource,
    CheckoutCommit,
    ExtractArchive,
    FetchFile,
    LinkWheels,
    RunCommand,
    Step,
    WriteFile,
    WriteLiveFile,
)
from assembler.model.text import Output, PartKey, Piece, Place, Quoted, Secret, Text

BACKGROUND = ("build ", "content ", "interpreter")
"""How facts begin that only count where no other fact explains a change."""


def facts(part: Part, steps: Sequence[Step]) -> Mapping[str, str]:
    """The facts of a part: its options, and what its steps are made from."""
    found = {f"option {path}": shown for path, shown in _options(part.values, "")}
    for step in steps:
        found.update(_of_step(step))
    return found


def _options(table: Mapping[str, object], path: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping) and value:
            yield from _options(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", msgspec.json.encode(_plain(value)).decode()


def _plain(value: object) -> object:
    """The value as JSON knows it, references written as in the configuration."""
    if isinstance(value, Text):
        return "".join(_written(piece) for piece in value.pieces)
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return value


def _written(piece: Piece) -> str:  # noqa: PLR0911 - one branch a kind
    match piece:
        case str():
            return piece
        case Place(root="part" | "stable"):
            return f"${{parts.{piece.part}.dir}}" + (f"/{piece.path}" if piece.path else "")
        case Place():
            return f"${{assembly.{piece.root}}}" + (f"/{piece.path}" if piece.path else "")
        case PartKey():
            return f"${{parts.{piece.part}.key}}"
        case Secret():
            return f"${{secrets.{piece.name}}}"
        case Quoted():
            return _written(piece.piece)
        case Output():
            return f"${{parts.{'.'.join((piece.part, *piece.path))}}}"
        case _:
            assert_never(piece)


def _of_step(step: Step) -> Iterator[tuple[str, str]]:
    if isinstance(step, LinkWheels):
        yield "python", step.python.version
        yield "interpreter", step.python.executable
        for wheel in step.wheels:
            yield f"wheel {wheel.name}", wheel.version
            yield f"build {wheel.name}", wheel.key
    elif isinstance(step, RunCommand | BuildSource):
        yield from ((f"file {source.path}", source.sha256) for source in step.inputs)
        patches = step.patches if isinstance(step, BuildSource) else ()
        yield from ((f"file {patch.path}", digest(patch)) for patch in patches)
    elif isinstance(step, FetchFile | ExtractArchive):
        yield f"download {step.artifact.url}", step.artifact.sha256
    elif isinstance(step, CheckoutCommit):
        yield f"commit {step.url}", step.commit
    elif isinstance(step, WriteFile | WriteLiveFile):
        yield f"content {step.path}", digest(step.content)
