"""What `[packages.tool.assembler]` says of an entry: why it was chosen, and its odd dependencies.

Cells that share an entry may have it for other reasons, or with other dependencies. What they
agree on is said once; what they don't is said for a program, or else for a cell.
"""

from collections.abc import Iterable, Mapping

import msgspec

from assembler.lock.entries import Entry
from assembler.lock.references import Book, Reference, Said
from assembler.model.resolution import Cell, Pin
from assembler.model.sources import RepositorySource


class Remarks(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The table. Keys of `because` are programs or cells, those of `dependencies` are cells.

    `version` is what a source tree had when it was locked.
    """

    version: str | None = None
    because: str | dict[str, str] = ""
    dependencies: dict[str, tuple[str, ...]] = {}

    def because_in(self, cell: Cell) -> str:
        """Why the version was chosen in a cell."""
        if isinstance(self.because, str):
            return self.because
        return self.because.get(cell_label(cell), self.because.get(cell.program, ""))


def cell_label(cell: Cell) -> str:
    """The name of a cell in a table of remarks."""
    return f"{cell.program} {cell.target} {cell.python.version}"


def remarks(entry: Entry, said: Iterable[Reference], known: Book) -> Remarks:
    """Find what must be said of an entry with these references."""
    told = Said(said)
    odd = {
        cell: pin.dependencies
        for cell, pin in entry.cells.items()
        if pin.dependencies != told.dependencies(known.pins[cell])
    }
    return Remarks(
        version=entry.pin.version if unversioned(entry.pin) else None,
        because=_because(entry.cells),
        dependencies={cell_label(cell): odd[cell] for cell in sorted(odd)},
    )


def unversioned(pin: Pin) -> bool:
    """Whether a pin's code may come to say another version than was locked (PEP 751)."""
    return pin.tree is not None or isinstance(pin.fixed, RepositorySource)


def _because(cells: Mapping[Cell, Pin]) -> str | dict[str, str]:
    reasons = {pin.because for pin in cells.values()}
    if len(reasons) == 1:
        return reasons.pop()
    programs: dict[str, dict[Cell, str]] = {}
    for cell, pin in sorted(cells.items()):
        programs.setdefault(cell.program, {})[cell] = pin.because
    said: dict[str, str] = {}
    for program, reasons_in in programs.items():
        if len(set(reasons_in.values())) == 1:
            said[program] = next(iter(reasons_in.values()))
        else:
            said |= {cell_label(cell): because for cell, because in reasons_in.items()}
    return said
