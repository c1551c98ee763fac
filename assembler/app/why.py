"""`assemble why`: who asks for a distribution, and which rule chose its version."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from assembler.app.checkout import Checkout
from assembler.app.locked_cells import Roots, python_words, roots_in
from assembler.app.locking import locked
from assembler.app.outcomes import Chain, Chosen, Use, Why
from assembler.app.services import Services
from assembler.app.shared_lock import reading_from
from assembler.errors import UsageError
from assembler.model.lock import Lock
from assembler.model.names import normalised_name
from assembler.model.resolution import Pin
from assembler.model.target import PythonRange

Pins = Mapping[str, Pin]
Ways = Mapping[str, str]
"""For each distribution on the way to another one the next one."""


def why(checkout: Checkout, services: Services, name: str) -> Why:
    """Tell from the lock alone. Raises `UsageError` where no distribution has this name."""
    checkout = reading_from(checkout, services)
    lock = locked(checkout, services)
    wanted = normalised_name(name)
    found = tuple(uses(lock, wanted))
    if not found:
        names = sorted({pin.name for pins in lock.cells.values() for pin in pins})
        near = get_close_matches(wanted, names, n=1)
        raise UsageError(
            f"nothing in `{checkout.lock_name}` is called `{name}`",
            hints=[f"did you mean `{near[0]}`?"] if near else [],
        )
    return Why(name=wanted, uses=found)


def uses(lock: Lock, name: str) -> Iterator[Use]:
    """The uses of every program, what is equal on several targets put together."""
    for program in sorted(lock.inputs):
        cells = sorted(cell for cell in lock.cells if cell.program == program)
        found: dict[tuple[PythonRange, str, str, tuple[Chain, ...]], list[str]] = {}
        for cell in cells:
            pins = {pin.name: pin for pin in lock.cells[cell]}
            if pin := pins.get(name):
                chains = tuple(_chains(pins, roots_in(lock, cell), name))
                key = (cell.python, pin.version, pin.because, chains)
                found.setdefault(key, []).append(cell.target)
        for (python, version, because, chains), targets in found.items():
            yield Use(
                program=program,
                targets=tuple(targets),
                python=python_words(python),
                everywhere=len(targets) == len(cells),
                version=version,
                because=because,
                chains=chains,
                shares=lock.inputs[program].shares,
            )


def _chains(pins: Pins, roots: Roots, name: str) -> Iterator[Chain]:
    """The shortest chain from every root, then one through every other distribution that asks."""
    onward = _onward(pins, name)
    last: set[str] = set()
    for root in sorted(onward.keys() & roots.keys()):
        chain = _followed(root, onward)
        last.update(chain[-2:-1])
        yield from _from_root(chain, pins, roots)
    back = _back(pins, roots, name)
    for asker in sorted(back.keys() - last):
        if name in pins[asker].dependencies:
            yield from _from_root([*reversed(_followed(asker, back)), name], pins, roots, only=1)


def _onward(pins: Pins, name: str) -> Ways:
    """The next step on the shortest way to `name` from whatever leads there."""
    askers: dict[str, list[str]] = {}
    for pin in pins.values():
        for dependency in pin.dependencies:
            askers.setdefault(dependency, []).append(pin.name)
    ways, queue = {name: name}, [name]
    for here in queue:
        for asker in sorted(askers.get(here, ())):
            if asker not in ways:
                ways[asker] = here
                queue.append(asker)
    return ways


def _back(pins: Pins, roots: Roots, name: str) -> Ways:
    """The step before on the shortest way from a root to whatever it leads to without `name`."""
    queue = sorted(root for root in roots if root in pins and root != name)
    ways = {root: root for root in queue}
    for here in queue:
        for dependency in pins[here].dependencies:
            if dependency in pins and dependency != name and dependency not in ways:
                ways[dependency] = here
                queue.append(dependency)
    return ways


def _followed(start: str, ways: Ways) -> list[str]:
    """The way from `start` to the end, which is its own next step."""
    way = [start]
    while ways[way[-1]] != way[-1]:
        way.append(ways[way[-1]])
    return way


def _from_root(
    names: Sequence[str], pins: Pins, roots: Roots, only: int | None = None
) -> Iterator[Chain]:
    """The chain of these names for each requirement that asks for the first of them."""
    distributions = tuple(Chosen(name, pins[name].version) for name in names)
    for requirement in roots[names[0]][:only]:
        yield Chain(requirement, distributions)
