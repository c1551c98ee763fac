"""`assemble lock --from`: pins of another tool, preferred in every cell that they hold in."""

from collections.abc import Iterable, Mapping
from pathlib import PurePath

import msgspec
from packaging.version import Version

from assembler import __version__
from assembler.app.locking import Question
from assembler.app.services import Services
from assembler.app.sizes import check_lock
from assembler.errors import UsageError
from assembler.lock.cells import base_range
from assembler.lock.seeds import Seed, seeds
from assembler.model.lock import Lock
from assembler.model.platforms import marker_environment, target_named
from assembler.model.resolution import Cell, Pin
from assembler.model.target import PythonRange, Target


def read_seeds(path: PurePath, services: Services) -> tuple[Seed, ...]:
    """Read the pins of a file. Raises `UsageError` if there are none."""
    check_lock(path, path.name, services.files, services.limits)
    try:
        text = services.files.read(path).decode("utf-8")
    except FileNotFoundError:
        raise UsageError(f"there is no `{path}`") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"`{path.name}` is not UTF-8: byte {error.start}") from error
    found = seeds(text, path.name)
    if not found:
        raise UsageError(f"`{path.name}` pins nothing")
    return found


def with_seeds(before: Lock | None, path: PurePath, asking: Question, services: Services) -> Lock:
    """The old lock as if it had the pins of a file; a lock of these alone where there is none."""
    found = read_seeds(path, services)
    targets = asking.asked.targets or (target_named(services.machine.platform),)
    old = before or Lock(created_by=__version__, targets=targets, inputs={}, cells={})
    cells = dict(old.cells)
    for program in asking.asked.programs:
        python = base_range(program.python or asking.project.python)
        for target in targets:
            for cell in _cells(old, program.name, target.name, python):
                pins = {pin.name: pin for pin in cells.get(cell, ())}
                pins |= _pins(found, path.name, cell, target)
                cells[cell] = tuple(pins.values())
    return msgspec.structs.replace(old, cells=cells)


def _cells(lock: Lock, program: str, target: str, python: PythonRange | None) -> Iterable[Cell]:
    """The cells that a lock has for a program on a target, or the one that it would have."""
    known = [cell for cell in lock.cells if (cell.program, cell.target) == (program, target)]
    return known or ([Cell(program, target, python)] if python else [])


def _pins(found: Iterable[Seed], file: str, cell: Cell, target: Target) -> Mapping[str, Pin]:
    """The pins that hold in a cell; of several versions of a name the newest counts."""
    environment = marker_environment(target, cell.python.version)
    holding = [seed for seed in found if seed.holds(environment, cell.program)]
    return {
        seed.name: Pin(name=seed.name, version=seed.version, because=f"as in `{file}`")
        for seed in sorted(holding, key=lambda seed: Version(seed.version))
    }
