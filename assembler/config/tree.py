"""Trees of nodes: made from what tomli reads, and merged."""

import math
from collections.abc import Collection, Mapping
from datetime import date, datetime, time

import msgspec

from assembler.config.keys import Path, dotted
from assembler.config.node import Content, Node, are_changes
from assembler.config.source import Source
from assembler.errors import ConfigurationError
from assembler.model.limits import DEFAULTS, Limits
from assembler.origin import Origin

_INTEGERS = range(-(2**63), 2**63)


def node_of(value: object, source: Source, path: Path, limits: Limits = DEFAULTS) -> Node:
    """A tree of what tomli read. Raises `ConfigurationError` for what can't be used."""
    if len(path) > limits.nesting:
        message = f"`{dotted(path[:3])}` is nested deeper than {limits.nesting} levels"
        origin = Origin(file=source.file, key=dotted(path[:3]))
        raise ConfigurationError(message, origin=origin, hints=(limits.way_out("nesting"),))
    if isinstance(value, dict):
        table = {key: node_of(child, source, (*path, key), limits) for key, child in value.items()}
        return with_entries(Node(value=table, source=source, path=path), table)
    if isinstance(value, list):
        array = (node_of(each, source, (*path, at), limits) for at, each in enumerate(value))
        return with_elements(Node(value=(), source=source, path=path), tuple(array))
    scalar = _scalar(value, source, path)
    refers = isinstance(scalar, str) and "${" in scalar
    return Node(value=scalar, source=source, path=path, refers=refers)


def _scalar(value: object, source: Source, path: Path) -> str | int | float | bool:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        message = "`inf` and `nan` can't be used"
        raise ConfigurationError(message, origin=source.value(path))
    if isinstance(value, int) and value not in _INTEGERS:
        message = "the number does not fit into 64 bits"
        raise ConfigurationError(message, origin=source.value(path))
    if isinstance(value, str | int | float):
        return value
    raise TypeError(type(value))


def merge(lower: Node, upper: Node) -> Node:
    """Lay one tree over another: tables merge key by key, anything else is replaced.

    What each value overrode stays below it, adjacent tables merged there, too; so it makes no
    difference which of three layers are merged first. A change of an array lies over it until all
    layers are there.
    """
    *above, last = strata(upper)
    first, *below = strata(lower)
    if _merges(first) and _merges(last):
        merged = with_entries(first, {**first.table, **_merged(first.table, last.table)})
        found = (*above, merged, *below)
    else:
        found = (*above, last, first, *below)
    return msgspec.structs.replace(found[0], overrode=found[1:]) if found[1:] else found[0]


def _merges(node: Node) -> bool:
    return isinstance(node.value, Mapping) and not node.is_edit


def strata(node: Node) -> tuple[Node, ...]:
    """A value and what it overrode, each alone, the latest first."""
    if not node.overrode:
        return (node,)
    return (msgspec.structs.replace(node, overrode=()), *node.overrode)


def _merged(lower: Mapping[str, Node], upper: Mapping[str, Node]) -> Mapping[str, Node]:
    return {key: merge(lower[key], node) if key in lower else node for key, node in upper.items()}


def with_entries(table: Node, entries: Mapping[str, Node]) -> Node:
    """The same table with these entries instead of its own."""
    children = entries.values()
    pending = are_changes(entries) or any([child.pending for child in children])  # noqa: C419
    return _holding(table, entries, children, pending=pending)


def with_elements(array: Node, elements: tuple[Node, ...]) -> Node:
    """The same array with these elements instead of its own."""
    return _holding(array, elements, elements, pending=False)


def _holding(
    container: Node, content: Content, children: Collection[Node], *, pending: bool
) -> Node:
    size = 1 + sum([child.size for child in children])
    refers = any([child.refers for child in children])  # noqa: C419 - a list is faster here
    return msgspec.structs.replace(
        container, value=content, size=size, refers=refers, pending=pending
    )
