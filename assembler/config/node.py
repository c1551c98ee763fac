"""Configuration values that know where they were written and what they overrode."""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from assembler.config.keys import Path
from assembler.config.source import Source
from assembler.model.text import Plain, Text
from assembler.origin import Origin

Content: TypeAlias = "Plain | Text | tuple[Node, ...] | Mapping[str, Node]"


class Node(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A value of the configuration: a scalar, an array or a table of nodes.

    `value` is `None` where it could not be resolved and the fault is recorded. `spelling` is the
    text as given where the schema decides about its type. `overrode` holds what earlier layers
    said, the latest first. `environment` and `parts` name what it was resolved from, `size` counts
    the values in it; `refers` says that there are references in it to look up.
    """

    value: Content
    source: Source
    path: Path
    spelling: str | None = None
    overrode: "tuple[Node, ...]" = ()
    environment: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    size: int = 1
    refers: bool = False

    @property
    def origin(self) -> Origin:
        """Where the value was written."""
        return self.source.value(self.path)

    @property
    def key_origin(self) -> Origin:
        """Where its key was written."""
        return self.source.key(self.path)

    @property
    def table(self) -> "Mapping[str, Node]":
        """Its entries; none where it is no table."""
        return self.value if isinstance(self.value, Mapping) else {}

    def child(self, *path: str) -> "Node | None":
        """The value below it at a path of keys."""
        node: Node | None = self
        for key in path:
            node = node.table.get(key) if node else None
        return node
