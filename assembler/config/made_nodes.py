"""Parts that a recipe made as nodes, whose values stand where the part is that it made them of."""

import math
from collections.abc import Mapping, Sequence

import msgspec

from assembler.config.keys import Path, dotted
from assembler.config.node import Node
from assembler.config.source import Source
from assembler.config.tree import merge, with_elements, with_entries
from assembler.config.values import gathered
from assembler.model.part import ExpandedPart
from assembler.model.text import Output, PartKey, Place, Text, unquoted


def made_node(part: ExpandedPart, of: Node) -> Node:
    """The table of a part that was made of another. Raises `TypeError` for what TOML has not."""
    table: dict[str, object] = {"recipe": part.recipe, **part.options}
    if part.needs:
        table["needs"] = part.needs
    for key in ("recipe", "needs", "enabled"):
        if key in part.options:
            raise TypeError(f"`{key}` is no option of a part")
    return _made(table, of.source.within(of.path), ("parts", _key(part.name)))


def with_layer(made: Node, written: Node) -> Node:
    """What was made, and over it what is written of it."""
    return _gathered_anew(merge(made, _pending(written)))


def _gathered_anew(node: Node) -> Node:
    """The tables without the references to parts of what was overridden in them."""
    if not node.table or node.is_edit:
        return node
    table = {key: _gathered_anew(child) for key, child in node.table.items()}
    bare = msgspec.structs.replace(with_entries(node, table), parts=frozenset())
    return gathered(bare, tuple(table.values()))


def _pending(node: Node) -> Node:
    """The value before the changes of arrays in it were carried out."""
    if node.edited:
        first, *below = node.overrode
        return msgspec.structs.replace(first, overrode=tuple(below))
    if not node.table:
        return node
    return with_entries(node, {key: _pending(child) for key, child in node.table.items()})


def _made(value: object, source: Source, path: Path) -> Node:
    node = Node(value=None, source=source, path=path)
    if isinstance(value, Text):
        literal = value.literal
        found = value if literal is None else literal
        return msgspec.structs.replace(node, value=found, parts=_parts(value, path))
    if isinstance(value, Mapping):
        table = {
            _key(key): _made(child, source, (*path, _key(key)))
            for key, child in value.items()
            if child is not None
        }
        return gathered(with_entries(node, table), tuple(table.values()))
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        array = tuple(_made(each, source, (*path, index)) for index, each in enumerate(value))
        return gathered(with_elements(node, array), array)
    if not isinstance(value, str | int | float) or not _is_finite(value):
        raise TypeError(f"`{dotted(path)}` can't be {value!r}")
    return msgspec.structs.replace(node, value=value)


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{key!r} can't be a key")
    return key


def _is_finite(value: str | float) -> bool:
    return isinstance(value, str) or math.isfinite(value)


def _parts(text: Text, path: Path) -> frozenset[str]:
    """The parts that a text refers to; the place of its own part is no reference."""
    own = path[1]
    pieces = (unquoted(piece) for piece in text.pieces)
    return frozenset(
        piece.part
        for piece in pieces
        if isinstance(piece, Output | PartKey | Place)
        and piece.part
        and not (isinstance(piece, Place) and piece.part == own)
    )
