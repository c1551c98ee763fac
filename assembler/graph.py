"""The graph of parts: the order to build them in, and what each of them needs."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Literal

import msgspec

from assembler.errors import ConfigurationError, raise_all
from assembler.model.part import Part, PartName
from assembler.model.text import Output, PartKey, Place, Text, Value
from assembler.origin import Origin


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a part needs another: its `needs`, a reference to it, a key that names it, or expansion.

    `key` is the path of the option that says so.
    """

    kind: Literal["needs", "reference", "key", "expansion"]
    key: tuple[str | int, ...]
    origin: Origin


def order(parts: Mapping[PartName, Part]) -> tuple[Part, ...]:
    """Each part after all that it needs, otherwise as in the file.

    Raises `ConfigurationError` that shows the ring where parts need each other.
    """
    places = {name: place for place, name in enumerate(parts)}
    needed = {name: sorted(part.edges, key=places.__getitem__) for name, part in parts.items()}
    ordered: dict[PartName, Part] = {}
    rings: list[tuple[PartName, ...]] = []
    for name in parts:
        if name not in ordered:
            rings += _order_below(name, needed, parts, ordered)
    raise_all([_cycle(ring, parts) for ring in rings])
    return tuple(ordered.values())


def closure(parts: Mapping[PartName, Part], names: Collection[PartName]) -> frozenset[PartName]:
    """The given parts and all that they need."""
    found: set[PartName] = set()
    due = list(names)
    while due:
        name = due.pop()
        if name not in found:
            found.add(name)
            due += parts[name].edges
    return frozenset(found)


def _order_below(
    root: PartName,
    needed: Mapping[PartName, Sequence[PartName]],
    parts: Mapping[PartName, Part],
    ordered: dict[PartName, Part],
) -> Iterator[tuple[PartName, ...]]:
    """Order a part after what it needs; yield the rings that stand in the way."""
    trail = {root: iter(needed[root])}
    while trail:
        name = next(reversed(trail))
        following = next(trail[name], None)
        if following is None:
            del trail[name]
            ordered[name] = parts[name]
        elif following in trail:
            names = list(trail)
            yield (*names[names.index(following) :], following)
        elif following not in ordered:
            trail[following] = iter(needed[following])


def _cycle(ring: Sequence[PartName], parts: Mapping[PartName, Part]) -> ConfigurationError:
    edges = [(part, needed, _origin(parts[part], needed)) for part, needed in pairwise(ring)]
    return ConfigurationError(
        f"parts form a cycle: {' → '.join(ring)}",
        origin=edges[0][2],
        details=[f"`{part}` needs `{needed}` at {origin}" for part, needed, origin in edges],
        hints=("take one of these references away",),
    )


def _origin(part: Part, needed: PartName) -> Origin:
    """Where a part says that it needs another."""
    return next((reason.origin for reason in reasons(part, needed)), part.origin)


def reasons(part: Part, needed: PartName) -> Iterator[Reason]:
    """Every place where a part says that it needs another: its `needs`, then references."""
    for index, need in enumerate(part.needs):
        if need == needed:
            key = ("needs", index)
            yield Reason(kind="needs", key=key, origin=part.origin_of(*key))
    referring = [path for path, value in _scalars(part.values) if _names(value, needed)]
    named = [path for path, value in _scalars(part.values) if value == needed]
    for path in referring:
        yield Reason(kind="reference", key=path, origin=part.origin_of(*path))
    if needed in part.expansion:
        yield Reason(kind="expansion", key=(), origin=part.origin)
    elif not referring and needed not in part.needs:
        for path in named or [()]:
            yield Reason(kind="key", key=path, origin=part.origin_of(*path))


def _scalars(
    value: Value, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Value]]:
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _scalars(entry, (*path, key))
    elif isinstance(value, tuple):
        for index, element in enumerate(value):
            yield from _scalars(element, (*path, index))
    else:
        yield path, value


def _names(value: Value, part: PartName) -> bool:
    return isinstance(value, Text) and any(
        piece.part == part for piece in value.pieces if isinstance(piece, Output | PartKey | Place)
    )
