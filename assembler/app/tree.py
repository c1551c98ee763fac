"""`assemble tree`: the locked graph of every program, from the lock alone."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

import msgspec

from assembler.app.checkout import Checkout
from assembler.app.locked_cells import python_words, roots_in
from assembler.app.locking import locked
from assembler.app.services import Services
from assembler.app.shared_lock import reading_from
from assembler.errors import UsageError
from assembler.model.lock import Lock
from assembler.model.names import normalised_name
from assembler.model.resolution import Cell, Pin
from assembler.model.target import PythonRange


class AskedRoot(msgspec.Struct, frozen=True):
    """A distribution that a program asks for itself, and the requirements that do."""

    name: str
    requirements: tuple[str, ...]


class LockedDistribution(msgspec.Struct, frozen=True):
    """A distribution of a program at its version, and the names that it depends on."""

    version: str
    dependencies: tuple[str, ...]


class LockedGraph(msgspec.Struct, frozen=True, kw_only=True):
    """The graph of a program on the targets, and for the Pythons, where it is this one.

    `python` is a minor version or a specifier (PEP 440); `everywhere` tells that the targets are
    all that the program is locked for.
    """

    program: str
    targets: tuple[str, ...]
    python: str
    everywhere: bool
    roots: tuple[AskedRoot, ...]
    distributions: Mapping[str, LockedDistribution]


def tree(checkout: Checkout, services: Services, part: str | None) -> tuple[LockedGraph, ...]:
    """The graphs of one program or of all. Raises `LockError`, and `UsageError` for no program."""
    checkout = reading_from(checkout, services)
    lock = locked(checkout, services)
    return tuple(graph for program in programs_named(lock, part) for graph in graphs(lock, program))


def programs_named(lock: Lock, part: str | None) -> tuple[str, ...]:
    """The programs of a lock, or the one of this part. Raises `UsageError`."""
    programs = tuple(sorted(lock.inputs))
    if part is None:
        return programs
    if (name := normalised_name(part)) in programs:
        return (name,)
    near = get_close_matches(name, programs, n=1)
    known = ", ".join(f"`{program}`" for program in programs)
    hint = f"did you mean `{near[0]}`?" if near else f"the programs are {known}"
    raise UsageError(f"no program in the lock is called `{part}`", hints=(hint,))


def graphs(lock: Lock, program: str) -> Iterator[LockedGraph]:
    """The graphs of a program, what is equal on several targets put together."""
    cells = sorted(cell for cell in lock.cells if cell.program == program)
    found: dict[tuple[PythonRange, tuple[AskedRoot, ...], tuple[Pin, ...]], list[str]] = {}
    for cell in cells:
        pins = tuple(map(_bare, lock.cells[cell]))
        found.setdefault((cell.python, _asked(lock, cell), pins), []).append(cell.target)
    for (python, roots, pins), targets in found.items():
        yield LockedGraph(
            program=program,
            targets=tuple(targets),
            python=python_words(python),
            everywhere=len(targets) == len(cells),
            roots=roots,
            distributions={
                pin.name: LockedDistribution(pin.version, pin.dependencies) for pin in pins
            },
        )


def _bare(pin: Pin) -> Pin:
    """What a graph shows of a pin."""
    return Pin(name=pin.name, version=pin.version, dependencies=pin.dependencies)


def _asked(lock: Lock, cell: Cell) -> tuple[AskedRoot, ...]:
    pinned = {pin.name for pin in lock.cells[cell]}
    return tuple(
        AskedRoot(name, tuple(requirements))
        for name, requirements in sorted(roots_in(lock, cell).items())
        if name in pinned
    )
