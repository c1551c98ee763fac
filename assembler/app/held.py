"""What a new lock holds back: versions that are newer than the chosen ones, and why."""

from collections.abc import Callable, Iterator

import msgspec

from assembler.app.lock_outcomes import Held
from assembler.model.lock import Lock
from assembler.model.resolution import Pin
from assembler.solve.because import LOWEST, NEWEST
from assembler.solve.newer import Above, Newer


def held_back(
    lock: Lock, newer: Newer, may_upgrade: Callable[[str, str], bool]
) -> tuple[Held, ...]:
    """What is held back of what may be upgraded (a program, a name), by program and name.

    Where the lowest version is preferred, newer ones are not held back.
    """
    return tuple(
        held for program in sorted(lock.inputs) for held in _of(program, lock, newer, may_upgrade)
    )


def reason(above: Above, pin: Pin) -> str:
    """Why a pin is not the version above it; empty if nothing explains it.

    A rule that holds back versions in between comes before what that version is refused for.
    """
    rule = {NEWEST: "", LOWEST: "`resolution` prefers the lowest"}.get(pin.because, pin.because)
    return "; ".join(words for words in (rule, above.reason) if words)


def _of(
    program: str, lock: Lock, newer: Newer, may_upgrade: Callable[[str, str], bool]
) -> Iterator[Held]:
    """What is held back in a program; what is equal on several targets put together."""
    found: dict[Held, list[str]] = {}
    cells = sorted(cell for cell in lock.cells if cell.program == program)
    for cell in cells:
        for pin in lock.cells[cell]:
            lowest = pin.because.startswith(LOWEST)
            if pin.index is None or lowest or not may_upgrade(program, pin.name):
                continue
            if above := newer.above(pin.name, pin.version, cell.target, cell.python):
                held = Held(
                    program=program,
                    name=pin.name,
                    version=pin.version,
                    newest=above.version,
                    because=reason(above, pin),
                )
                found.setdefault(held, []).append(cell.target)
    for held, targets in sorted(found.items(), key=lambda item: item[0].name):
        everywhere = len(targets) == len(cells)
        where = tuple(dict.fromkeys(targets))
        yield msgspec.structs.replace(held, targets=where, everywhere=everywhere)
