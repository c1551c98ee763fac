"""The markers of entries: which programs, on which targets and Pythons, get a pin (PEP 751)."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

import msgspec

from assembler.lock.platforms import (
    ALWAYS,
    Alternatives,
    Class,
    Conjunction,
    Platforms,
    compared,
    platforms,
    telling,
)
from assembler.model.lock import Lock
from assembler.model.resolution import Cell
from assembler.model.target import PythonRange

Ranges: TypeAlias = Mapping[Class, tuple[PythonRange, ...]]
"""The ranges of patches of one program on each class of targets."""


class Grid(msgspec.Struct, frozen=True):
    """All cells of a lock: the ranges of patches of each program on each class of targets."""

    platforms: Platforms
    ranges: Mapping[str, Ranges]


def grid(lock: Lock) -> Grid:
    """Lay out the cells of a lock."""
    known = platforms(lock.targets)
    return Grid(known, _ranges(lock.cells, known))


def entry_marker(cells: Iterable[Cell], whole: Grid) -> str:
    """The marker that holds in these cells and in no other cell of the grid."""
    chosen = _ranges(cells, whole.platforms)
    programs = sorted(chosen)
    said = {
        program: _environment(chosen[program], whole.ranges[program], whole.platforms)
        for program in programs
    }
    everywhere = [program for program in programs if said[program] == ALWAYS]
    terms = [_group(program) for program in everywhere]
    rest = sorted((said[program], program) for program in programs if program not in everywhere)
    conditioned = [
        (alternatives, [program for _, program in some])
        for alternatives, some in groupby(rest, key=lambda item: item[0])
    ]
    alone = len(conditioned) == 1 and not terms
    for alternatives, some in sorted(conditioned, key=lambda item: item[1]):
        groups = _either([(_group(program),) for program in some])
        term = f"{groups} and {_either(alternatives)}"
        terms.append(term if alone else f"({term})")
    return " or ".join(terms)


def _group(program: str) -> str:
    return f"'{program}' in dependency_groups"


def _ranges(cells: Iterable[Cell], known: Platforms) -> Mapping[str, Ranges]:
    found: dict[str, dict[Class, set[PythonRange]]] = {}
    for cell in cells:
        classes = found.setdefault(cell.program, {})
        classes.setdefault(known.of_target[cell.target], set()).add(cell.python)
    return {
        program: {values: tuple(sorted(ranges)) for values, ranges in classes.items()}
        for program, classes in found.items()
    }


def _environment(chosen: Ranges, among: Ranges, known: Platforms) -> Alternatives:
    """What must hold beside the program: nothing where all of its cells are chosen."""
    if chosen == among and chosen.keys() == known.classes:
        return ALWAYS
    classes: dict[Alternatives, set[Class]] = {}
    for values, ranges in chosen.items():
        classes.setdefault(_patches(ranges, among[values]), set()).add(values)
    return tuple(
        platform + patch
        for patches, some in sorted(classes.items())
        for platform in telling(frozenset(some), known)
        for patch in patches
    )


def _patches(chosen: Sequence[PythonRange], among: Sequence[PythonRange]) -> Alternatives:
    """The shortest comparisons that hold in the chosen ranges and in no other one."""
    runs = [
        [among[place] for place, _ in run]
        for inside, run in groupby(enumerate(among), key=lambda item: item[1] in chosen)
        if inside
    ]
    return tuple(_bounds(run[0], run[-1], among) for run in runs)


def _bounds(first: PythonRange, last: PythonRange, among: Sequence[PythonRange]) -> Conjunction:
    following = among[among.index(last) + 1 :]
    lower = [compared("python_full_version", ">=", first.version)] if first != among[0] else []
    upper = [compared("python_full_version", "<", following[0].version)] if following else []
    return (*lower, *upper)


def _either(alternatives: Sequence[Conjunction]) -> str:
    several = len(alternatives) > 1
    words = " or ".join(
        f"({' and '.join(terms)})" if several and len(terms) > 1 else " and ".join(terms)
        for terms in alternatives
    )
    return f"({words})" if several else words
