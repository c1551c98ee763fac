"""What a new lock changes, distribution by distribution."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from packaging.version import Version

from assembler.model.lock import Change, ChangeKind, Lock
from assembler.model.resolution import Cell, Pin

Named: TypeAlias = Mapping[str, Pin]
Row: TypeAlias = tuple[str, Pin | None, Pin | None]
"""A target with the pins of one name there, before and after."""


def changes(before: Lock | None, after: Lock) -> tuple[Change, ...]:
    """The changes of every program, sorted by program and name.

    A target that is new changes nothing where it gets what other targets had.
    """
    old = _by_program(before) if before else {}
    new = _by_program(after)
    return tuple(
        change
        for program in sorted(old.keys() | new.keys())
        for change in _of_program(program, old.get(program, {}), new.get(program, {}))
    )


def _by_program(lock: Lock) -> Mapping[str, Mapping[Cell, Named]]:
    found: dict[str, dict[Cell, Named]] = {}
    for cell, pins in sorted(lock.cells.items()):
        found.setdefault(cell.program, {})[cell] = {pin.name: pin for pin in pins}
    return found


def _of_program(
    program: str, old: Mapping[Cell, Named], new: Mapping[Cell, Named]
) -> Iterator[Change]:
    rows: dict[str, list[Row]] = {}
    for cell in new or old:
        was, now = _before(cell, old), new.get(cell, {})
        for name in was.keys() | now.keys():
            rows.setdefault(name, []).append((cell.target, was.get(name), now.get(name)))
    targets = {cell.target for cell in new or old}
    for name in sorted(rows):
        yield from _of_name(program, name, rows[name], targets)


def _before(cell: Cell, old: Mapping[Cell, Named]) -> Named:
    """The pins that a cell had: in its target's nearest range of patches, else in any target."""
    same_target = [known for known in old if known.target == cell.target]
    holding = [known for known in same_target if _overlap(known, cell)]
    for known in holding or same_target:
        return old[known]
    return {name: pin for named in reversed(list(old.values())) for name, pin in named.items()}


def _overlap(one: Cell, other: Cell) -> bool:
    minors = [(cell.python.major, cell.python.minor) for cell in (one, other)]
    return minors[0] == minors[1] and one.python.holds(other.python.first)


def _of_name(program: str, name: str, rows: Sequence[Row], targets: set[str]) -> Iterator[Change]:
    found: dict[tuple[ChangeKind, str | None, str | None], list[Row]] = {}
    for row in rows:
        _, was, now = row
        if kind := _kind(was, now):
            key = (kind, was.version if was else None, now.version if now else None)
            found.setdefault(key, []).append(row)
    for (kind, before, after), some in found.items():
        where = {target for target, _, _ in some}
        _, _, pin = some[0]
        yield Change(
            kind=kind,
            program=program,
            name=name,
            before=before,
            after=after,
            because=pin.because if pin else "",
            targets=() if where == targets else tuple(sorted(where)),
        )


def _kind(was: Pin | None, now: Pin | None) -> ChangeKind | None:
    if was is None or now is None:
        return "added" if now else "removed"
    if was.version != now.version:
        before, after = Version(was.version), Version(now.version)
        if before != after:
            return "upgraded" if after > before else "downgraded"
    same = (was.index, was.tree, was.fixed) == (now.index, now.tree, now.fixed)
    return None if same else "moved"
