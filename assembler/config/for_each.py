"""`[for-each.NAME]`: tables that stand in a file once and are meant for each of some names."""

import re
from collections.abc import Mapping

import msgspec

from assembler.config.keys import dotted
from assembler.config.node import Node
from assembler.config.tree import with_elements, with_entries
from assembler.config.values import kind
from assembler.errors import AssemblerError, ConfigurationError
from assembler.model.limits import Limits

_REFUSED = ("for-each", "when")
_NAME = r"\$\$\{|\$\{name\}"


def expanded(root: Node, faults: list[AssemblerError], limits: Limits) -> Node:
    """The outermost table of a file, with `[for-each]` expanded; faults are collected."""
    node = root.table.get("for-each")
    if node is None:
        return root
    found = with_entries(root, {k: each for k, each in root.table.items() if k != "for-each"})
    if not isinstance(node.value, Mapping):
        message = f"`for-each` must be a table, not {kind(node.value)}"
        faults.append(ConfigurationError(message, origin=node.origin))
    for label, table in node.table.items():
        found = _Expansion(label, table, faults, limits).over(found)
    return found


class _Expansion:
    """One table that is expanded."""

    def __init__(
        self, label: str, table: Node, faults: list[AssemblerError], limits: Limits
    ) -> None:
        self._label = dotted(("for-each", label))
        self._table = table
        self._faults = faults
        self._limits = limits

    def over(self, root: Node) -> Node:
        """The outermost table with what is made for each name."""
        body = {key: node for key, node in self._table.table.items() if key != "names"}
        for key in _REFUSED:
            if key in body:
                self._fault(f"`{key}` can't stand in `{self._label}`", body[key])
        names = self._names()
        growth = len(names) * sum(node.size for node in body.values())
        if root.size + growth > self._limits.expanded_values:
            self._fault_of_size()
            return root
        for name in names:
            made = {key: _named(node, name) for key, node in body.items() if key not in _REFUSED}
            root = self._placed(root, made)
        return root

    def _names(self) -> list[str]:
        """The names, each once."""
        node = self._table.table.get("names")
        if node is None:
            message = f"missing key `names` of `{self._label}`"
            self._faults.append(ConfigurationError(message, origin=self._table.key_origin))
            return []
        if not isinstance(node.value, tuple):
            self._fault(f"`{self._label}.names` must be an array of text", node)
            return []
        names: dict[str, None] = {}
        for element in node.value:
            if not isinstance(element.value, str) or not element.value or element.refers:
                self._fault(f"`{self._label}.names` must be an array of plain text", element)
            elif element.value in names:
                self._fault(f"`{element.value}` stands twice in `{self._label}`", element)
            else:
                names[element.value] = None
        return list(names)

    def _placed(self, lower: Node, made: Mapping[str, Node]) -> Node:
        """Entries put beside those of a table; only tables that bear no name may be there."""
        entries = dict(lower.table)
        for key, node in made.items():
            there = entries.get(key)
            if there is None:
                entries[key] = node
            elif _is_open(there) and _is_open(node) and node.path[-1] == key:
                entries[key] = self._placed(there, node.table)
            else:
                self._clash(node, there)
        return with_entries(lower, entries)

    def _clash(self, node: Node, there: Node) -> None:
        message = f"`{self._label}` makes what stands elsewhere, too"
        details = (f"the other one is at {there.key_origin}",)
        origin = node.key_origin
        self._faults.append(ConfigurationError(message, origin=origin, details=details))

    def _fault_of_size(self) -> None:
        message = f"`{self._label}` grows beyond {self._limits.expanded_values} values"
        hints = (self._limits.way_out("expanded_values"),)
        origin = self._table.origin
        self._faults.append(ConfigurationError(message, origin=origin, hints=hints))

    def _fault(self, message: str, node: Node) -> None:
        self._faults.append(ConfigurationError(message, origin=node.origin))


def _is_open(node: Node) -> bool:
    return isinstance(node.value, Mapping) and not node.is_edit


def _named(node: Node, name: str) -> Node:
    """The node with `${name}` replaced in its texts and in the keys below it."""
    match node.value:
        case str(text):
            if not node.refers:
                return node
            value = _with_name(text, name)
            return msgspec.structs.replace(node, value=value, refers="${" in value)
        case tuple(array):
            return with_elements(node, tuple(_named(element, name) for element in array))
        case Mapping() as table:
            entries = {_with_name(key, name): _named(child, name) for key, child in table.items()}
            return with_entries(node, entries)
        case _:
            return node


def _with_name(text: str, name: str) -> str:
    return re.sub(_NAME, lambda found: name if found[0] == "${name}" else found[0], text)
