"""Scalars without a type of their own, with the type that the schema gives them."""

from collections.abc import Mapping

import msgspec

from assembler.config.node import Node
from assembler.config.tree import with_elements, with_entries
from assembler.model.text import Plain


def settled(node: Node, types: Mapping[int, Plain]) -> Node:
    """The same tree with what the schema made of such scalars, which `types` has by node's id."""
    if not types:
        return node
    value = node.value
    if isinstance(value, tuple):
        return with_elements(node, tuple(settled(each, types) for each in value))
    if isinstance(value, Mapping):
        return with_entries(node, {key: settled(each, types) for key, each in value.items()})
    if id(node) in types:
        return msgspec.structs.replace(node, value=types[id(node)], spelling=None)
    return node
