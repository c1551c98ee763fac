"""The pins of an earlier resolution, as far as they speak of a cell."""

from collections.abc import Iterable, Mapping

from assembler.model.resolution import Cell, Pin, Resolution
from assembler.model.target import Target
from assembler.solve.environment import PythonVersion


class Preferences:
    """What to prefer in each cell: its own earlier pins, or those of another of its program's."""

    def __init__(self, resolution: Resolution | None) -> None:
        self._cells: dict[str, dict[Cell, Mapping[str, Pin]]] = {}
        for cell, pins in sorted((resolution.pins if resolution else {}).items()):
            cells = self._cells.setdefault(cell.program, {})
            cells[cell] = {pin.name: pin for pin in pins}

    def pins(
        self, program: str, targets: tuple[Target, ...], python: PythonVersion
    ) -> Mapping[str, Pin]:
        """The pins to prefer, by name."""
        cells = self._cells.get(program, {})
        names = {target.name for target in targets}
        nearest = min(cells, key=lambda cell: _distance(cell, names, python), default=None)
        return cells[nearest] if nearest else {}

    def cuts(
        self, program: str, targets: tuple[Target, ...], minor: tuple[int, int]
    ) -> Iterable[int]:
        """The patches at which the earlier answer for these targets changed."""
        names = {target.name for target in targets}
        for cell in self._cells.get(program, {}):
            python = cell.python
            if cell.target in names and (python.major, python.minor) == minor and python.first:
                yield python.first


def _distance(
    cell: Cell, targets: Iterable[str], python: PythonVersion
) -> tuple[bool, bool, bool, Cell]:
    same_minor = (cell.python.major, cell.python.minor) == python[:2]
    holds = same_minor and cell.python.holds(python[2])
    return cell.target not in targets, not holds, not same_minor, cell
