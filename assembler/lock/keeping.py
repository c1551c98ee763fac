"""What of a lock stays as it is: the programs that nobody edited."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from assembler.lock.entries import Identity, identity
from assembler.lock.inputs import Asked, excluded, program_inputs
from assembler.lock.instants import normalised
from assembler.lock.variants import locked_on
from assembler.model.distribution import DistributionFile
from assembler.model.lock import Lock
from assembler.model.resolution import Cell, Pin, ProgramRequest
from assembler.model.solve_groups import mates
from assembler.model.target import PythonRange
from assembler.model.url import without_credentials


def staying(
    lock: Lock, every: Sequence[Asked], programs: Collection[str], sources: Collection[str]
) -> tuple[Lock, ...]:
    """For each of what is asked, on targets of its own, the part of the lock that answers it.

    A program stays on them if its inputs are those it was solved for, and those of its solve
    group; if it is one of `programs`; if it has none of `sources`; and if it lists no files that
    only cells list which do not stay.
    """
    found: list[Lock] = []
    for asked in every:
        part = locked_on(lock, {target.name for target in asked.targets})
        found.append(_only(part, _unedited(part, asked, programs, sources)))
    return _settled(lock, found)


def _only(lock: Lock, programs: Collection[str]) -> Lock:
    return msgspec.structs.replace(
        lock,
        inputs={name: one for name, one in lock.inputs.items() if name in programs},
        cells={cell: pins for cell, pins in lock.cells.items() if cell.program in programs},
    )


def _unedited(
    lock: Lock, asked: Asked, programs: Collection[str], sources: Collection[str]
) -> Collection[str]:
    if not _same_everywhere(lock, asked):
        return ()
    names = _names(lock)
    same = {
        request.name
        for request in asked.programs
        if request.name in programs
        and names.get(request.name, frozenset()).isdisjoint(sources)
        and _same(request, asked, lock, names.get(request.name, frozenset()))
    }
    shares = mates(asked.programs)
    return {name for name in same if same.issuperset(shares[name])}


def _same_everywhere(lock: Lock, asked: Asked) -> bool:
    """Whether the targets, and the rule about upload times that all have, are what they were."""
    rule, now = lock.exclude_newer_rule or lock.exclude_newer, asked.policy.exclude_newer
    return {target.name: target for target in lock.targets} == {
        target.name: target for target in asked.targets
    } and (rule and normalised(rule)) == (now and normalised(now))


def _same(request: ProgramRequest, asked: Asked, lock: Lock, names: frozenset[str]) -> bool:
    was = lock.inputs.get(request.name)
    if was is None:
        return False
    return program_inputs(request, asked, names | excluded(was), lock.targets) == was


def _names(lock: Lock) -> Mapping[str, frozenset[str]]:
    """The names of the distributions of every program."""
    found: dict[str, set[str]] = {}
    for cell, pins in lock.cells.items():
        found.setdefault(cell.program, set()).update(pin.name for pin in pins)
    return {program: frozenset(names) for program, names in found.items()}


def _settled(lock: Lock, parts: Sequence[Lock]) -> tuple[Lock, ...]:
    """The parts without the programs whose entries list files that nothing else there answers for.

    An entry lists the files of all cells that it is for. Where one of them does not stay, and none
    that stays has its target and its Python, some of the files may be for it alone.
    """
    while loose := _loose(lock, parts):
        again = {
            (number, cell.program)
            for number, part in enumerate(parts)
            for cell, pins in part.cells.items()
            if not loose.isdisjoint(map(identity, pins))
        }
        if not again:
            break
        parts = [
            _only(part, {name for name in part.inputs if (number, name) not in again})
            for number, part in enumerate(parts)
        ]
    return tuple(parts)


def _loose(lock: Lock, parts: Iterable[Lock]) -> frozenset[Identity]:
    """The entries of cells that do not stay, where no cells that stay can use the same files."""
    kept = {cell for part in parts for cell in part.cells}
    going = {cell: pins for cell, pins in lock.cells.items() if cell not in kept}
    if not going:
        return frozenset()
    staying = _pythons({cell: pins for cell, pins in lock.cells.items() if cell in kept})
    return frozenset(
        entry
        for (entry, target), pythons in _pythons(going).items()
        if not all(_covered(python, staying.get((entry, target), set())) for python in pythons)
    )


def _pythons(
    cells: Mapping[Cell, Iterable[Pin]],
) -> Mapping[tuple[Identity, str], set[PythonRange]]:
    """The Pythons of each entry on each target."""
    found: dict[tuple[Identity, str], set[PythonRange]] = {}
    for cell, pins in cells.items():
        for pin in pins:
            found.setdefault((identity(pin), cell.target), set()).add(cell.python)
    return found


def _covered(python: PythonRange, by: Collection[PythonRange]) -> bool:
    """Whether every patch of a range is in one of the others."""
    first: int | None = python.first
    for other in sorted(by, key=lambda other: other.first):
        same_minor = (other.major, other.minor) == (python.major, python.minor)
        if first is not None and same_minor and other.holds(first):
            first = other.end
    return first is None or (python.end is not None and first >= python.end)


def contradicts(kept: Lock, cells: Mapping[Cell, Iterable[Pin]]) -> bool:
    """Whether these pins have a file with another hash than the lock has it with."""
    known = {file.url: file.sha256 for pins in kept.cells.values() for file in _files(pins)}
    return any(
        known.get(without_credentials(file.url), file.sha256) != file.sha256
        for pins in cells.values()
        for file in _files(pins)
    )


def _files(pins: Iterable[Pin]) -> Iterator[DistributionFile]:
    for pin in pins:
        yield from pin.wheels
        if pin.sdist:
            yield pin.sdist
