"""The entries of a lock: pins that are equal in cells, put together."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from assembler.lock.instants import instant, normalised, written
from assembler.model.distribution import DistributionFile
from assembler.model.lock import Lock
from assembler.model.resolution import Cell, Pin, TreeSource
from assembler.model.sources import FixedSource
from assembler.model.target import PythonRange
from assembler.model.url import without_credentials

Identity: TypeAlias = tuple[str, str, str | None, TreeSource | FixedSource | None]
"""What makes pins one entry: name, version, index and other source."""

Pins: TypeAlias = tuple[Pin, ...]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One `[[packages]]` entry: a pin with the files that any cell needs, and its cells."""

    pin: Pin
    cells: Mapping[Cell, Pin]


def identity(pin: Pin) -> Identity:
    """What makes pins one entry."""
    return (pin.name, pin.version, pin.index, pin.tree or pin.fixed)


def canonical(lock: Lock) -> Lock:
    """Return the lock in the one form that its file says.

    Ranges of patches with equal pins are one, pins of one entry have the files of all their cells,
    sequences are sorted, and what only the solver needed is left out.
    """
    tidying = _Tidying()
    cells = _joined({cell: tidying.tidy(pins) for cell, pins in lock.cells.items()})
    distinct = {id(pin): pin for pins in cells.values() for pin in pins}
    whole = {key: _whole(same) for key, same in _by_identity(distinct.values()).items()}
    finished = {key: _with_files(pin, whole[identity(pin)]) for key, pin in distinct.items()}
    targets = {target.name: target for target in lock.targets}
    return replace(
        lock,
        targets=tuple(target for _, target in sorted(targets.items())),
        exclude_newer=_instant(lock.exclude_newer),
        exclude_newer_rule=lock.exclude_newer_rule and normalised(lock.exclude_newer_rule),
        exclude_newer_instants=dict(sorted(lock.exclude_newer_instants.items())),
        cells={
            cell: tuple([finished[id(pin)] for pin in pins]) for cell, pins in sorted(cells.items())
        },
        artifacts=tuple(sorted(lock.artifacts, key=lambda artifact: artifact.url)),
        repositories=tuple(sorted(lock.repositories, key=lambda locked: locked.request)),
    )


def entries(lock: Lock) -> tuple[Entry, ...]:
    """The entries of a canonical lock, sorted by name, version and source."""
    found: dict[Identity, dict[Cell, Pin]] = {}
    for cell, pins in lock.cells.items():
        for pin in pins:
            found.setdefault(identity(pin), {})[cell] = pin
    return tuple(
        Entry(pin=next(iter(cells.values())), cells=cells)
        for _, cells in sorted(found.items(), key=lambda item: _order(item[0]))
    )


def _order(key: Identity) -> tuple[str, ...]:
    name, version, index, source = key
    written = tuple(str(field) for field in msgspec.to_builtins(source).values()) if source else ()
    return (name, version, index or "", *written)


def _joined(cells: Mapping[Cell, Pins]) -> dict[Cell, Pins]:
    joined: list[tuple[Cell, Pins]] = []
    for cell, pins in sorted(cells.items()):
        if joined and _continues(*joined[-1], cell, pins):
            first, kept = joined.pop()
            joined.append((_extended(first, cell.python), kept))
        else:
            joined.append((cell, pins))
    return dict(joined)


def _continues(before: Cell, before_pins: Pins, cell: Cell, pins: Pins) -> bool:
    ends_here = (before.program, before.target, before.python.end) == (
        cell.program,
        cell.target,
        cell.python.first,
    )
    if not ends_here:
        return False
    minors = [(one.python.major, one.python.minor) for one in (before, cell)]
    same = [identity(pin) for pin in before_pins] == [identity(pin) for pin in pins]
    return minors[0] == minors[1] and same


def _extended(cell: Cell, by: PythonRange) -> Cell:
    return Cell(cell.program, cell.target, replace(cell.python, end=by.end))


class _Tidying:
    """Makes pins say only what a file says; programs with the same pin get the same value.

    The pins are there for longer than this is, so that their files are known by where they are.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Pin] = {}

    def tidy(self, pins: Iterable[Pin]) -> Pins:
        """The pins, sorted by name."""
        return tuple(sorted(map(self._tidy, pins), key=lambda pin: pin.name))

    def _tidy(self, pin: Pin) -> Pin:
        files = id(pin.wheels), id(pin.sdist)
        said = (identity(pin), files, pin.dependencies, pin.because)
        found = self._known.get(said)
        if found is None:
            found = self._known[said] = _tidy(pin)
        return found


def _tidy(pin: Pin) -> Pin:
    return replace(
        pin,
        index=pin.index and without_credentials(pin.index),
        wheels=tuple(map(_tidy_file, pin.wheels)),
        sdist=pin.sdist and _tidy_file(pin.sdist),
        requires_python=None,
        dependencies=tuple(sorted(set(pin.dependencies))),
    )


@lru_cache(maxsize=65536)
def _tidy_file(file: DistributionFile) -> DistributionFile:
    return DistributionFile(
        filename=file.filename,
        url=without_credentials(file.url),
        sha256=file.sha256,
        size=file.size,
        upload_time=_instant(file.upload_time),
    )


def _instant(text: str | None) -> str | None:
    moment = instant(text) if text is not None else None
    return None if moment is None else written(moment)


def _by_identity(pins: Iterable[Pin]) -> Mapping[Identity, Sequence[Pin]]:
    found: dict[Identity, list[Pin]] = {}
    for pin in pins:
        found.setdefault(identity(pin), []).append(pin)
    return found


def _whole(pins: Sequence[Pin]) -> Pin:
    wheels = {wheel.filename: wheel for pin in reversed(pins) for wheel in pin.wheels}
    sdists = [pin.sdist for pin in pins if pin.sdist]
    return replace(
        pins[0],
        wheels=tuple(sorted(wheels.values(), key=_wheel_order)),
        sdist=sdists[0] if sdists else None,
    )


def _wheel_order(wheel: DistributionFile) -> tuple[str, int, str]:
    """Of wheels that differ only in their build number the highest comes first: it is preferred."""
    *_, last = wheel.filename.split("-", 2)
    build, _, tags = last.partition("-") if last[:1].isdigit() else ("", "", last)
    digits = "".join(character for character in build if character.isdigit())
    return (tags, -int(digits or 0), wheel.filename)


def _with_files(pin: Pin, whole: Pin) -> Pin:
    if pin.wheels == whole.wheels and pin.sdist == whole.sdist:
        return pin
    return replace(pin, wheels=whole.wheels, sdist=whole.sdist)
