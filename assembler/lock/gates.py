"""The gates before a lock is written: another reader of PEP 751 must find the solver's answer."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import msgspec
from packaging.markers import InvalidMarker, Marker
from packaging.pylock import PylockSelectError, PylockValidationError
from packaging.version import Version

from assembler.errors import AssemblerError, IntegrityError
from assembler.lock.cells import Served, base_range
from assembler.lock.document import parse, toml
from assembler.lock.entries import canonical
from assembler.lock.pep751 import Installed, Machines, Selecting, without_markers
from assembler.lock.ranks import Ranks
from assembler.lock.reading import read
from assembler.lock.selection import chosen
from assembler.lock.writing import written
from assembler.model.distribution import DistributionFile
from assembler.model.lock import Lock, ProgramInputs, Selected
from assembler.model.platforms import marker_environment
from assembler.model.resolution import Cell, Pin
from assembler.model.sources import ArchiveSource, RepositorySource
from assembler.model.target import PythonRange, Target

_MUCH_LATER = 40


class Checked(msgspec.Struct, frozen=True):
    """The text of a lock that has passed all gates, and the lock that it reads as."""

    text: str
    lock: Lock


def checked(lock: Lock, file: str = "pylock.toml") -> Checked:
    """Write a lock as text, and pass it through all gates.

    Raises `AssemblerError` (a bug in assembler) with every violation in its details.
    """
    if violations := tuple(_unwritable(lock)):
        raise _bug(file, violations)
    meant = canonical(lock)
    text = written(meant, file)
    try:
        table = toml(text, file)
        document = parse(table, text, file)
        pylock = without_markers(table)
        selecting = Selecting(pylock, [entry.marker for entry in document.packages])
        found = read(document, text, file)
        violations = (
            *_unlike(meant, found),
            *_misselected(lock, pylock.environments or (), selecting),
        )
    except (PylockValidationError, InvalidMarker, AssemblerError) as error:
        raise _bug(file, (str(error),)) from error
    if violations:
        raise _bug(file, violations)
    return Checked(text, found)


def _bug(file: str, violations: Sequence[str]) -> AssemblerError:
    return AssemblerError(f"the new `{file}` does not say what was solved", details=violations)


def _unwritable(lock: Lock) -> Iterator[str]:
    """What no text could say."""
    for cell in sorted(lock.cells):
        if cell.program not in lock.inputs:
            yield f"program `{cell.program}` has no inputs"
    for file in sorted(_files(lock), key=lambda file: file.filename):
        if not file.sha256:
            yield f"`{file.filename}` has no sha256"
    for program, inputs in sorted(lock.inputs.items()):
        for target in lock.targets:
            if not _covers(lock.python_ranges(program, target.name), _whole(inputs, target)):
                where = f"`{program}` on `{target.name}`"
                yield f"{where} is not solved for every patch of {target.python or inputs.python}"


def _whole(inputs: ProgramInputs, target: Target) -> PythonRange | None:
    """The patches that a program must be solved for on a target; `None` where on none."""
    python = base_range(inputs.python)
    return Served(python, inputs.targets).on(target) if python else None


def _files(lock: Lock) -> frozenset[DistributionFile]:
    pins = [pin for pins in lock.cells.values() for pin in pins]
    wheels = {wheel for pin in pins for wheel in pin.wheels}
    return frozenset(wheels | {pin.sdist for pin in pins if pin.sdist})


def _covers(ranges: Sequence[PythonRange], whole: PythonRange | None) -> bool:
    if whole is None:
        return not ranges
    return (
        bool(ranges)
        and (ranges[0].major, ranges[0].minor, ranges[0].first)
        == (whole.major, whole.minor, whole.first)
        and all(one.end == other.first for one, other in pairwise(ranges))
        and ranges[-1].end is None
    )


def _unlike(meant: Lock, read: Lock) -> Iterator[str]:
    """Where the lock reads otherwise than it was written."""
    for field in Lock.__struct_fields__:
        if getattr(meant, field) != getattr(read, field):
            yield f"`{field}` reads otherwise than it was written"


def _misselected(lock: Lock, environments: Sequence[Marker], selecting: Selecting) -> Iterator[str]:
    """Where PEP 751's own algorithm selects anything but the solver's answer."""
    for target in lock.targets:
        yield from _environment_violations(target, environments)
        answer, machines = _Answer(lock), Machines(target)
        for cell in sorted(cell for cell in lock.cells if cell.target == target.name):
            yield from _cell_violations(answer, cell, selecting, machines)


def _environment_violations(target: Target, environments: Sequence[Marker]) -> Iterator[str]:
    environment = marker_environment(target, "3.12.0")
    held = [
        str(marker)
        for marker in environments
        if marker.evaluate(environment, context="requirement")
    ]
    if len(held) != 1:
        yield f"`{target.name}` is in {len(held)} environments: {held}"


class _Answer:
    """What the solver's pins install on one target.

    Pins of several programs that have the same files are asked once. They are there for longer
    than this is, so that their files are known by where they are.
    """

    def __init__(self, lock: Lock) -> None:
        self._lock = lock
        self._known: dict[tuple[object, ...], Installed] = {}

    def installed(self, cell: Cell, ranks: Ranks) -> frozenset[Installed]:
        """What is installed of a program. Raises `IntegrityError` where nothing fits."""
        return frozenset([self._installed(pin, cell, ranks) for pin in self._lock.cells[cell]])

    def _installed(self, pin: Pin, cell: Cell, ranks: Ranks) -> Installed:
        source = pin.tree or pin.fixed or (id(pin.wheels), id(pin.sdist))
        asked = (ranks, pin.name, pin.version, source)
        found = self._known.get(asked)
        if found is None:
            found = self._known[asked] = _installed(chosen(pin, cell, ranks))
        return found


def _cell_violations(
    answer: _Answer, cell: Cell, selecting: Selecting, machines: Machines
) -> Iterator[str]:
    where = f"`{cell.program}` on `{cell.target}`"
    try:
        wanted = answer.installed(cell, machines.tags(cell.python).ranks)
    except IntegrityError as error:
        yield f"{where}: {error}"
        return
    for version in _probes(cell.python, selecting.naming(cell.program)):
        try:
            found = selecting.selected(cell.program, machines.machine(cell.python, version))
        except PylockSelectError as error:
            yield f"{where} with {version}: {error}"
            continue
        for name in sorted({name for name, _, _ in found ^ wanted}):
            yield f"{where} with {version}: `{name}` is not selected as it was solved"


def _probes(python: PythonRange, markers: Iterable[str]) -> tuple[str, ...]:
    """Full versions at both ends of a range, or one where no marker asks for the patch."""
    if not any("python_full_version" in marker for marker in markers):
        return (python.version,)
    last = python.first + _MUCH_LATER if python.end is None else python.end - 1
    minor = f"{python.major}.{python.minor}"
    return tuple(dict.fromkeys((python.version, f"{minor}.{last}")))


@lru_cache(maxsize=65536)
def _normal(version: str) -> str:
    return str(Version(version))


def _installed(selected: Selected) -> Installed:
    pin = selected.pin
    if pin.tree:
        return pin.name, "", pin.tree.path
    match pin.fixed:
        case ArchiveSource():
            return pin.name, _normal(pin.version), f"{pin.fixed.place} {pin.fixed.sha256}"
        case RepositorySource():
            return pin.name, "", f"{pin.fixed.url} {pin.fixed.commit} {pin.fixed.subdirectory}"
        case None:
            pass
    file = selected.wheel or selected.sdist
    return pin.name, _normal(pin.version), f"{file.filename} {file.sha256}" if file else ""
