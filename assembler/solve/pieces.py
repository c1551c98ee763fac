"""Answers for ranges of patches of a program's Python, and the pins that they make."""

from collections.abc import Iterable, Mapping

import msgspec

from assembler.model.resolution import Cell, Pin
from assembler.model.target import PythonRange, Target
from assembler.solve.because import because
from assembler.solve.catalogue import Unreadable
from assembler.solve.closure import Closure, reached
from assembler.solve.problem import Problem, problem_of
from assembler.solve.programs import Party, Program


class Piece(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """An answer for a range of patches of a program's Python, on a class of targets.

    `beside` are the closures of other programs that share the versions.
    """

    problem: Problem
    first: int
    end: int | None
    closure: Closure
    beside: Mapping[str, Closure] = {}


def of_member(party: Party, member: Program, pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """What of the answers for a party is one program's."""
    if len(party.members) == 1:
        return pieces
    return tuple(_of_member(party, member, piece) for piece in pieces)


def _of_member(party: Party, member: Program, piece: Piece) -> Piece:
    closures: dict[str, Closure] = {}
    for one in party.members:
        problem = _problem(party, one, piece)
        closures[one.name] = reached(problem, piece.closure.pins)
    closure = closures.pop(member.name)
    problem = _problem(party, member, piece)
    return msgspec.structs.replace(piece, problem=problem, closure=closure, beside=closures)


def _problem(party: Party, member: Program, piece: Piece) -> Problem:
    """A program's own problem; what is preferred is decided by all of the party."""
    shelf, lowest = piece.problem.shelf, piece.problem.lowest
    problem = problem_of((member.name,), shelf, member.roots, party.constraints)
    return msgspec.structs.replace(problem, lowest=lowest)


def pin_of(piece: Piece, name: str, before: Pin | None) -> Pin:
    """What was chosen of a name; a reason of before stays with its version."""
    problem, closure = piece.problem, piece.closure
    offer = closure.pins[name]
    entry = offer.entry
    metadata = offer.metadata(problem.shelf.catalogue)
    requires_python = None if isinstance(metadata, Unreadable) else metadata.requires_python
    version = str(entry.version)
    same = before is not None and before.version == version
    return Pin(
        name=name,
        version=version,
        index=offer.index,
        wheels=offer.wheels,
        sdist=offer.sdist,
        tree=entry.own.tree if entry.own else None,
        fixed=offer.fixed,
        requires_python=requires_python,
        dependencies=tuple(sorted(closure.dependencies[name])),
        because=because(
            problem, closure, name, before.because if before and same else "", piece.beside
        ),
    )


def excluded(piece: Piece) -> frozenset[str]:
    """The names that the pins of a piece need and that are excluded."""
    shelf, closure = piece.problem.shelf, piece.closure
    if not shelf.overrides:
        return frozenset()
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
