"""The markers of entries: which programs, on which targets and Pythons, get a pin (PEP 751)."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

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


class Grid(msgspec.Struct, frozen=True):
    """All cells of a lock: the ranges of patches of each program on each class of targets."""

    platforms: Platforms
    ranges: Mapping[tuple[str, Class], tuple[PythonRange, ...]]


def grid(lock: Lock) -> Grid:
    """Lay out the cells of a lock."""
    known = platforms(lock.targets)
    return Grid(known, _ranges(lock.cells, known))


def entry_marker(cells: Iterable[Cell], whole: Grid) -> str:
    """The marker that holds in these cells and in no other cell of the grid."""
    chosen = _ranges(cells, whole.platforms)
    programs = sorted({program for program, _ in chosen})
    said = {program: _environment(program, chosen, whole) for program in programs}
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


def _ranges(
    cells: Iterable[Cell], known: Platforms
) -> Mapping[tuple[str, Class], tuple[PythonRange, ...]]:
    found: dict[tuple[str, Class], set[PythonRange]] = {}
    for cell in cells:
        key = (cell.program, known.of_target[cell.target])
        found.setdefault(key, set()).add(cell.python)
    return {key: tuple(sorted(ranges)) for key, ranges in found.items()}


def _environment(
    program: str, chosen: Mapping[tuple[str, Class], tuple[PythonRange, ...]], whole: Grid
) -> Alternatives:
    """What must hold beside the program: nothing where all of its cells are chosen."""
    classes: dict[Alternatives, set[Class]] = {}
    for (owner, values), ranges in chosen.items():
        if owner == program:
            patches = _patches(ranges, whole.ranges[owner, values])
            classes.setdefault(patches, set()).add(values)
    return tuple(
        platform + patch
        for patches, some in sorted(classes.items())
        for platform in telling(frozenset(some), whole.platforms)
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
