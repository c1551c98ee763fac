"""Resolved values without their origins."""

from collections.abc import Mapping

from assembler.config.node import Node
from assembler.model.text import Plain, Value


def plain(node: Node, settled: Mapping[int, Plain] | None = None) -> Value:
    """The value of a node; `settled` maps nodes' ids to what the schema made of them."""
    value = node.value
    if isinstance(value, tuple):
        return tuple(plain(element, settled) for element in value)
    if isinstance(value, Mapping):
        return {key: plain(entry, settled) for key, entry in value.items()}
    return settled.get(id(node), value) if settled else value
