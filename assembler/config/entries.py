"""Values of a configuration one by one: where each was written, and what every layer did to it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from assembler.config.edits import history
from assembler.config.keys import dotted
from assembler.config.node import Node
from assembler.config.show import data, inline
from assembler.model.text import Value
from assembler.origin import Origin


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """What one layer did: set the value, or add elements to an array or remove them."""

    change: Literal["set", "add", "remove"]
    value: Value
    origin: Origin


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One value that is no table: its dotted key, where it was written, and its layers.

    `table` is the dotted key of the table that it is in, `written` how TOML writes it there.
    `layers` begins with the earliest; the last of them made the value what it is.
    """

    key: str
    table: str
    written: str
    value: Value
    origin: Origin
    layers: tuple[Layer, ...]


def entries(node: Node, path: Sequence[str] = ()) -> Iterator[Entry]:
    """Every value at or below a node that is no table, or an empty one."""
    if isinstance(node.value, Mapping) and (node.value or not path):
        for key, child in node.value.items():
            yield from entries(child, (*path, key))
        return
    yield Entry(
        key=dotted(path),
        table=dotted(path[:-1]),
        written=f"{dotted(path[-1:])} = {inline(node)}",
        value=data(node),
        origin=node.origin,
        layers=_layers(node),
    )


def _layers(node: Node) -> tuple[Layer, ...]:
    return tuple(
        Layer(change=each.kind, value=data(each.node), origin=each.node.origin)
        for each in history(node)
    )
