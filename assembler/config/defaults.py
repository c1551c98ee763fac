"""What holds where the file says nothing."""

from collections.abc import Mapping

from assembler.config.document import Document
from assembler.config.keys import Path
from assembler.config.node import Node
from assembler.config.source import Source
from assembler.config.tree import node_of, with_entries
from assembler.model.layout import default_prefix

DEFAULT_INDEX = "https://pypi.org/simple/"
"""The index of distributions that no other index is given for."""

DEFAULT_FILES = ("files.pythonhosted.org",)
"""The hosts that its files are on."""

_SOURCE = Source("built-in defaults", "", {})


def with_defaults(document: Document) -> Node:
    """The outermost table with the built-in defaults added where nothing is said."""
    root = document.root
    if "assembly" in root.table:
        root = _with(root, ("assembly", "prefix"), default_prefix(document.file))
    index = root.child("index")
    if index and any(_is_default(node) for node in index.table.values()):
        return root
    name = "pypi" if index is None or "pypi" not in index.table else "default"
    return _with(root, ("index", name), {"url": DEFAULT_INDEX, "default": True})


def _is_default(index: Node) -> bool:
    default = index.child("default")
    return default is not None and default.value is not False


def _with(table: Node, path: tuple[str, ...], value: object, done: Path = ()) -> Node:
    """The table with the value at the path, unless something stands there."""
    key, *rest = path
    existing = table.table.get(key)
    here = (*done, key)
    if existing is None:
        default = node_of(_nested(rest, value), _SOURCE, here)
        return with_entries(table, {**table.table, key: default})
    if not rest or not isinstance(existing.value, Mapping):
        return table
    return with_entries(table, {**table.table, key: _with(existing, tuple(rest), value, here)})


def _nested(path: list[str], value: object) -> object:
    for key in reversed(path):
        value = {key: value}
    return value
