"""Dependencies of an entry: references to other entries, in words that tell these apart."""

from collections.abc import Iterable, Mapping

import msgspec

from assembler.lock.entries import Entry, Identity, identity
from assembler.model.lock import Lock
from assembler.model.resolution import Cell, Pin, TreeSource


class Reference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reference to an entry by name, and by what else tells it from others of that name."""

    name: str
    version: str | None = None
    index: str | None = None
    directory: TreeSource | None = None

    def means(self, pin: Pin) -> bool:
        """Whether the pin is of the entry that the reference is for."""
        return (
            (self.version is None or self.version == pin.version)
            and (self.index is None or self.index == pin.index)
            and (self.directory is None or self.directory == pin.tree)
        )


class Book(msgspec.Struct, frozen=True):
    """The entries of a lock as others refer to them, and the pins of each cell by name.

    `several` are the names that more than one entry has.
    """

    references: Mapping[Identity, Reference]
    pins: Mapping[Cell, Mapping[str, Pin]]
    several: frozenset[str]


def book(lock: Lock, entries: Iterable[Entry]) -> Book:
    """Look up every entry by how it is referred to."""
    named: dict[str, list[Pin]] = {}
    for entry in entries:
        named.setdefault(entry.pin.name, []).append(entry.pin)
    return Book(
        {identity(pin): _reference(pin, same) for same in named.values() for pin in same},
        pins_by_name(lock.cells),
        frozenset(name for name, same in named.items() if same[1:]),
    )


def pins_by_name(cells: Mapping[Cell, Iterable[Pin]]) -> Mapping[Cell, Mapping[str, Pin]]:
    """The pins of each cell by name."""
    return {cell: {pin.name: pin for pin in pins} for cell, pins in cells.items()}


def references(entry: Entry, known: Book) -> tuple[Reference, ...]:
    """The dependencies of the entry in all of its cells together, sorted."""
    names = frozenset[str]().union(*(pin.dependencies for pin in entry.cells.values()))
    found = {Reference(name=name) for name in names - known.several}
    if several := names & known.several:
        for cell, pin in entry.cells.items():
            for name in several.intersection(pin.dependencies):
                other = known.pins[cell].get(name)
                found.add(known.references[identity(other)] if other else Reference(name=name))
    return tuple(sorted(found, key=msgspec.json.encode))


class Said:
    """What the references of an entry say in each cell that it is for."""

    def __init__(self, references: Iterable[Reference]) -> None:
        self._references = tuple(references)
        self._names = tuple(sorted({reference.name for reference in self._references}))
        self._by_name = all(each == Reference(name=each.name) for each in self._references)
        self._every = frozenset(self._names)

    def dependencies(self, pins: Mapping[str, Pin]) -> tuple[str, ...]:
        """What an entry depends on in a cell with these pins, unless it says otherwise."""
        if self._by_name and pins.keys() >= self._every:
            return self._names
        found = {
            reference.name
            for reference in self._references
            if (pin := pins.get(reference.name)) and reference.means(pin)
        }
        return tuple(sorted(found))


def _reference(pin: Pin, same: Iterable[Pin]) -> Reference:
    others = [other for other in same if other is not pin]
    if not others:
        return Reference(name=pin.name)
    if pin.tree:
        return Reference(name=pin.name, directory=pin.tree)
    if all(other.version != pin.version or other.tree or other.fixed for other in others):
        return Reference(name=pin.name, version=pin.version)
    return Reference(name=pin.name, version=pin.version, index=pin.index)
