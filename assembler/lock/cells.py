"""Cells made again from the markers of entries, which alone say what each cell gets."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from assembler.lock.platforms import Class, platforms
from assembler.lock.written_markers import WrittenMarker, can_be_asked, written
from assembler.model.names import normalised_name
from assembler.model.platforms import marker_environment
from assembler.model.resolution import Cell
from assembler.model.target import PythonRange, Target

if TYPE_CHECKING:
    from packaging.markers import Marker

_QUOTED = re.compile(r"""'([^']*)'|"([^"]*)\"""")
_FULL_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})\.(\d{1,6})")
_PYTHON = re.compile(r"(\d{1,4})\.(\d{1,4})(?:\.(\d{1,6}))?")

Cuts = Mapping[tuple[int, int], Sequence[int]]


class MarkerError(Exception):
    """A marker can't be read or evaluated; the argument is its text."""


class EntryMarker(msgspec.Struct, frozen=True):
    """A marker and the names that are quoted in it, of which some are programs.

    `ours` is the same marker where it has the words that our locks use.
    """

    text: str
    names: frozenset[str]
    ours: WrittenMarker | None

    def evaluated(self, environment: Mapping[str, str], groups: frozenset[str]) -> bool:
        """Evaluate for groups in an environment that says everything. Raises `MarkerError`."""
        known: dict[str, str | frozenset[str]] = {
            **environment,
            "extras": frozenset(),
            "dependency_groups": groups,
        }
        try:
            return _parsed(self.text).evaluate(known, context="lock_file")
        except (KeyError, ValueError) as error:
            raise MarkerError(self.text) from error


def base_range(python: str) -> PythonRange | None:
    """The patches that a program's Python stands for: `3.12` all, `3.12.4` that and later ones."""
    found = _PYTHON.fullmatch(python)
    return PythonRange(int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


class Served(msgspec.Struct, frozen=True):
    """A program's Python, and the targets that it is for (empty: all)."""

    python: PythonRange
    targets: Collection[str] = ()

    def on(self, target: Target) -> PythonRange | None:
        """The patches on a target; `None` where it is not for it."""
        if self.targets and target.name not in self.targets:
            return None
        return base_range(target.python) or self.python


def cells_of_entries(
    programs: Mapping[str, Served], targets: Iterable[Target], markers: Sequence[str]
) -> Mapping[Cell, tuple[int, ...]]:
    """For each cell of these programs the numbers of the entries that it gets.

    Raises `MarkerError`.
    """
    distinct = {text: _read(text) for text in dict.fromkeys(markers)}
    cuts = _cuts(distinct)
    known = platforms(targets)
    found: dict[tuple[Class, tuple[tuple[str, PythonRange], ...]], Sequence[Holding]] = {}
    cells: dict[Cell, tuple[int, ...]] = {}
    for target in targets:
        on = ((program, served.on(target)) for program, served in programs.items())
        pythons = {program: python for program, python in on if python}
        key = (known.of_target[target.name], tuple(pythons.items()))
        if key not in found:
            found[key] = _of_class(target, pythons, distinct, cuts)
        for program, python, holding in found[key]:
            cells[Cell(program, target.name, python)] = tuple(
                place for place, text in enumerate(markers) if text in holding
            )
    return cells


Holding = tuple[str, PythonRange, frozenset[str]]


def _of_class(
    target: Target,
    pythons: Mapping[str, PythonRange],
    markers: Mapping[str, EntryMarker],
    cuts: Cuts,
) -> Sequence[Holding]:
    """Which markers hold for each program with each range of patches on one target."""
    found: list[Holding] = []
    without: dict[str, frozenset[str]] = {}
    naming = _naming(pythons, markers.values())
    for program, python in pythons.items():
        for piece in _pieces(python, cuts):
            environment = marker_environment(target, piece.version)
            if piece.version not in without:
                without[piece.version] = _holding(markers.values(), environment, frozenset())
            held = _holding(naming[program], environment, frozenset({program}))
            others = without[piece.version].difference(marker.text for marker in naming[program])
            _append(found, (program, piece, held | others))
    return found


def _naming(
    programs: Iterable[str], markers: Iterable[EntryMarker]
) -> Mapping[str, Sequence[EntryMarker]]:
    """The markers that name each program."""
    found: dict[str, list[EntryMarker]] = {program: [] for program in programs}
    for marker in markers:
        for name in marker.names & found.keys():
            found[name].append(marker)
    return found


def _append(found: list[Holding], item: Holding) -> None:
    """Append, or extend the last range of patches if it gets the same."""
    program, piece, holding = item
    if found and (found[-1][0], found[-1][2]) == (program, holding):
        before = found.pop()[1]
        piece = msgspec.structs.replace(before, end=piece.end)
    found.append((program, piece, holding))


def _holding(
    markers: Iterable[EntryMarker], environment: Mapping[str, str], groups: frozenset[str]
) -> frozenset[str]:
    """The texts of the markers that hold. Raises `MarkerError`."""
    quick = can_be_asked(environment)
    return frozenset(
        marker.text
        for marker in markers
        if (
            marker.ours.holds(environment, groups)
            if quick and marker.ours
            else marker.evaluated(environment, groups)
        )
    )


def _read(text: str) -> EntryMarker:
    names = frozenset(normalised_name(one or other) for one, other in _QUOTED.findall(text))
    ours = written(text)
    if ours is None:
        _parsed(text)
    return EntryMarker(text, names, ours)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> "Marker":
    """Parse a marker in any words. Raises `MarkerError`."""
    from packaging.markers import Marker  # noqa: PLC0415 - locks of ours hardly ever need it

    try:
        return Marker(text)
    except (ValueError, RecursionError) as error:
        raise MarkerError(text) from error


def _cuts(markers: Iterable[str]) -> Cuts:
    """The patches at which a marker may change its value, by minor version."""
    found: dict[tuple[int, int], set[int]] = {}
    for text in markers:
        for major, minor, patch in _FULL_VERSION.findall(text):
            some = found.setdefault((int(major), int(minor)), set())
            some |= {int(patch), int(patch) + 1}
    return {version: sorted(patches) for version, patches in found.items()}


def _pieces(python: PythonRange, cuts: Cuts) -> Iterator[PythonRange]:
    inner = [cut for cut in cuts.get((python.major, python.minor), ()) if cut > python.first]
    edges = [python.first, *inner, python.end]
    for first, end in pairwise(edges):
        if first is not None:
            yield PythonRange(python.major, python.minor, first, end)
