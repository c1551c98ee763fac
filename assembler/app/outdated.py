"""`assemble outdated`: newer versions than the lock has, and what holds each of them back."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from packaging.version import Version

from assembler.app.checkout import Checkout
from assembler.app.held import reason
from assembler.app.locking import Question
from assembler.app.new_lock import Locking
from assembler.app.old_locks import Before
from assembler.app.services import Services
from assembler.app.variants import fresh, routes, variants, with_lock
from assembler.lock.variants import joined
from assembler.model.lock import Lock
from assembler.model.resolution import Cell, Pin
from assembler.solve.newer import Above, Newer
from assembler.solve.routes import Routes


class Outdated(msgspec.Struct, frozen=True, kw_only=True):
    """A distribution of a program of which there is a newer version than the lock has.

    `upgrade` is what `assemble lock --upgrade` takes, where that is newer; `newest` is the newest
    one there is if it is another, and `held` says what holds it back. `targets` are those where
    all of this holds; `everywhere` tells that these are all that the program is locked for.
    """

    program: str
    name: str
    version: str
    upgrade: str | None
    newest: str | None
    held: str
    targets: tuple[str, ...]
    everywhere: bool


def outdated(checkout: Checkout, services: Services) -> tuple[Outdated, ...]:
    """Solve as an upgrade would, write nothing, and compare.

    Raises `LockError` where the lock is missing or stale, and what solving raises.
    """
    found = variants(checkout, services, local=False)
    checkout = with_lock(checkout, found)
    before = fresh(checkout, found, services, strict=False)
    known = Before(lock=before, build_lock=None)
    lockings = [
        Locking(_of_programs(each.question), known, frozenset(), services) for each in found
    ]
    locks = [locking.lock() for locking in lockings]
    after = joined(locks, before.targets) if locks[1:] else locks[0]
    newer = Newer(services.index, Routes(routes(found)), lockings[0].policy, after.targets)
    programs = sorted(before.inputs.keys() & after.inputs.keys())
    return tuple(one for program in programs for one in _of(program, before, after, newer))


def _of_programs(asking: Question) -> Question:
    """The question without what other parts take, which has no versions."""
    declared = msgspec.structs.replace(asking.declared, parts=())
    return msgspec.structs.replace(asking, declared=declared)


def _of(program: str, before: Lock, after: Lock, newer: Newer) -> Iterator[Outdated]:
    """What is outdated of a program, by name; what is equal on several targets put together."""
    found: dict[Outdated, list[str]] = {}
    cells = sorted(cell for cell in before.cells if cell.program == program)
    for cell in cells:
        upgraded = _upgraded(cell, after)
        for pin in before.cells[cell]:
            if one := _compared(cell, pin, upgraded, newer):
                found.setdefault(one, []).append(cell.target)
    for one, targets in sorted(found.items(), key=lambda item: item[0].name):
        everywhere = len(targets) == len(cells)
        yield msgspec.structs.replace(
            one, targets=tuple(dict.fromkeys(targets)), everywhere=everywhere
        )


def _upgraded(cell: Cell, after: Lock) -> Mapping[str, Pin]:
    """What the cell gets from an upgrade."""
    for other, pins in after.cells.items():
        same = (other.program, other.target) == (cell.program, cell.target)
        if same and other.python.holds(cell.python.first):
            return {pin.name: pin for pin in pins}
    return {}


def _compared(cell: Cell, pin: Pin, upgraded: Mapping[str, Pin], newer: Newer) -> Outdated | None:
    after = upgraded.get(pin.name)
    if pin.index is None or after is None:
        return None
    chosen, locked = Version(after.version), Version(pin.version)
    upgrade = after.version if chosen > locked else None
    above = newer.above(pin.name, upgrade or pin.version, cell.target, cell.python)
    if upgrade is None and above is None:
        return None
    return Outdated(
        program=cell.program,
        name=pin.name,
        version=pin.version,
        upgrade=upgrade,
        newest=above.version if above else None,
        held=_held(above, after, locked) if above else "",
        targets=(),
        everywhere=False,
    )


def _held(above: Above, after: Pin, locked: Version) -> str:
    """Why an upgrade does not take the version above."""
    lower = not above.reason and Version(after.version) < locked
    words = reason(above, after)
    return f"an upgrade takes {after.version}: {words}" if lower and words else words


def due(found: Sequence[Outdated]) -> bool:
    """Whether an upgrade would take something newer."""
    return any(one.upgrade for one in found)
