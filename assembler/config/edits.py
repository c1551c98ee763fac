"""Changes of arrays, `{ add = […], remove = […] }`, carried out on what the layers below say."""

from typing import Literal

import msgspec

from assembler.config.keys import dotted, nearest
from assembler.config.node import Node
from assembler.config.plain import plain
from assembler.config.tree import strata, with_elements, with_entries
from assembler.config.values import kind, literal
from assembler.errors import AssemblerError, ConfigurationError
from assembler.model.canonical import encode


class Change(msgspec.Struct, frozen=True):
    """What one layer did to a value: the whole value that it set, or the array of a change."""

    kind: Literal["set", "add", "remove"]
    node: Node


def history(node: Node) -> tuple[Change, ...]:
    """What each layer did to a value, the earliest first; the last made it what it is."""
    first, *below = strata(node)
    layers = below if node.edited else (first, *below)
    return tuple(change for layer in reversed(layers) for change in _changes(layer))


def _changes(layer: Node) -> tuple[Change, ...]:
    if not layer.is_edit:
        return (Change("set", layer),)
    removed, added = layer.table.get("remove"), layer.table.get("add")
    changes = (
        Change("remove", removed) if removed else None,
        Change("add", added) if added else None,
    )
    return tuple(change for change in changes if change)


def carried_out(node: Node, faults: list[AssemblerError]) -> Node:
    """The tree with all changes of arrays in it carried out; faults are collected."""
    if not node.pending:
        return node
    if node.is_edit:
        return _changed(node, faults)
    table = {key: carried_out(child, faults) for key, child in node.table.items()}
    return with_entries(node, table)


def _changed(node: Node, faults: list[AssemblerError]) -> Node:
    """The array that the changes of a value make, the earliest carried out first."""
    layers = strata(node)
    last = next((index for index, each in enumerate(layers) if not each.is_edit), len(layers))
    elements = _array(layers[last], layers[last - 1], faults) if layers[last:] else None
    for layer in reversed(layers[:last]):
        elements = _applied(layer, elements, faults)
    array = Node(value=(), source=node.source, path=node.path, overrode=layers, edited=True)
    return with_elements(array, tuple(elements or ()))


def _array(below: Node, change: Node, faults: list[AssemblerError]) -> list[Node]:
    """The elements of what is changed; text that is only a reference stands for an array."""
    value = below.value
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, str) and value.startswith("${") and value.endswith("}"):
        return [below]
    name = dotted(change.path)
    message = f"`{name}` changes an array, but the layer below has {kind(value)}"
    details = (f"it is set at {below.origin}",)
    faults.append(ConfigurationError(message, origin=change.key_origin, details=details))
    return []


def _applied(change: Node, below: list[Node] | None, faults: list[AssemblerError]) -> list[Node]:
    """The elements with those of one change removed, and then those added."""
    elements = list(below or ())
    for wanted in _elements(change, "remove"):
        kept = [each for each in elements if not _equal(each, wanted)]
        if len(kept) == len(elements):
            faults.append(_absent(change, wanted, below))
        elements = kept
    return elements + list(_elements(change, "add"))


def _elements(change: Node, key: str) -> tuple[Node, ...]:
    array = change.table.get(key)
    return array.value if array and isinstance(array.value, tuple) else ()


def _equal(one: Node, other: Node) -> bool:
    """Whether two values are the same as they are written; `1`, `1.0` and `true` differ."""
    return encode(plain(one)) == encode(plain(other))


def _absent(change: Node, wanted: Node, below: list[Node] | None) -> AssemblerError:
    name = dotted(change.path)
    if below is None:
        message = f"`{name}` removes from an array that no layer below has"
        return ConfigurationError(message, origin=wanted.origin)
    value = wanted.value
    shown = f"`{literal(value)}`" if isinstance(value, str | int | float) else "such element"
    texts = [each.value for each in below if isinstance(each.value, str)]
    hints = nearest(value, texts) if isinstance(value, str) else ()
    return ConfigurationError(
        f"`{name}` has no {shown} to remove", origin=wanted.origin, hints=hints
    )
