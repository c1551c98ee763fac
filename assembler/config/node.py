"""Configuration values that know where they were written and what they overrode."""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from assembler.config.keys import Path
from assembler.config.source import Source
from assembler.model.text import Plain, Text
from assembler.origin import Origin

_CHANGES = ("add", "remove")

Content: TypeAlias = "Plain | Text | tuple[Node, ...] | Mapping[str, Node]"


class Node(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A value of the configuration: a scalar, an array or a table of nodes.

    `value` is `None` where it could not be resolved and the fault is recorded. `spelling` is the
    text as given where the schema decides about its type. `overrode` holds what earlier layers
    said, the latest first; where the value is `edited`, its elements were put together from them,
    so that the first is the last change of an array. `environment` and `parts` name what it was
    resolved from, `local` where a local layer wrote any of that; `size` counts the values in it.
    `refers` says that there are references in it to look up, `pending` that there are changes of
    arrays in it to carry out.
    """

    value: Content
    source: Source
    path: Path
    spelling: str | None = None
    overrode: "tuple[Node, ...]" = ()
    environment: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    local: frozenset[Origin] = frozenset()
    size: int = 1
    refers: bool = False
    pending: bool = False
    edited: bool = False

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

    @property
    def is_edit(self) -> bool:
        """Whether it changes an array of the layers below: `{ add = […], remove = […] }`."""
        return isinstance(self.value, Mapping) and are_changes(self.value)

    def child(self, *path: str) -> "Node | None":
        """The value below it at a path of keys."""
        node: Node | None = self
        for key in path:
            node = node.table.get(key) if node else None
        return node


def are_changes(entries: Mapping[str, Node]) -> bool:
    """Whether a table with these entries changes an array of the layers below."""
    return 0 < len(entries) <= len(_CHANGES) and all(
        key in _CHANGES and isinstance(node.value, tuple) for key, node in entries.items()
    )
