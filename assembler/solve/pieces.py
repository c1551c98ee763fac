"""Answers for ranges of patches of a program's Python, and the pins that they make."""

from collections.abc import Iterable

import msgspec

from assembler.model.resolution import Cell, Pin
from assembler.model.target import PythonRange, Target
from assembler.solve.because import because
from assembler.solve.catalogue import Unreadable
from assembler.solve.closure import Closure
from assembler.solve.problem import Problem


class Piece(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """An answer for a range of patches of a program's Python, on a class of targets."""

    problem: Problem
    first: int
    end: int | None
    closure: Closure


def pin_of(problem: Problem, closure: Closure, name: str, before: Pin | None) -> Pin:
    """What was chosen of a name; a reason of before stays with its version."""
    offer = closure.pins[name]
    entry = offer.entry
    metadata = problem.shelf.catalogue.metadata(entry, offer.file)
    requires_python = None if isinstance(metadata, Unreadable) else metadata.requires_python
    same = before is not None and before.version == str(entry.version)
    return Pin(
        name=name,
        version=str(entry.version),
        index=offer.index,
        wheels=offer.wheels,
        sdist=offer.sdist,
        tree=entry.own.tree if entry.own else None,
        fixed=entry.own.fixed if entry.own else None,
        requires_python=requires_python,
        dependencies=tuple(sorted(closure.dependencies[name])),
        because=because(problem, closure, name, before.because if before and same else ""),
    )


def excluded(piece: Piece) -> frozenset[str]:
    """The names that the pins of a piece need and that are excluded."""
    shelf, closure = piece.problem.shelf, piece.closure
    return frozenset().union(
        *(
            shelf.excluded(shelf.candidate(offer, extra))
            for name, offer in closure.pins.items()
            for extra in ("", *closure.extras[name])
        )
    )


def cell(program: str, target: Target, piece: Piece) -> Cell:
    """The cell of a piece on one of its targets."""
    major, minor, _ = piece.problem.shelf.environment.python
    return Cell(program, target.name, PythonRange(major, minor, piece.first, piece.end))


def merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbouring pieces with equal answers as one."""
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].closure.same(piece.closure):
            found[-1] = msgspec.structs.replace(found[-1], end=piece.end)
        else:
            found.append(piece)
    return found


def holding(pieces: Iterable[Piece], patch: int) -> tuple[Piece, ...]:
    """The pieces that a patch is in."""
    return tuple(
        piece
        for piece in pieces
        if piece.first <= patch and (piece.end is None or patch < piece.end)
    )
