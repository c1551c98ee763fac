"""One setting of the command line, `key.path=value`, as a tree of nodes."""

from collections.abc import Mapping

import msgspec
import tomli

from assembler.config.keys import Path, dotted
from assembler.config.node import Node
from assembler.config.positions import Component, Extent, Span, leading_key, spans
from assembler.config.source import Source
from assembler.config.tree import node_of, with_entries
from assembler.errors import UsageError

_OF_FILES = ("for-each", "when")


def setting(text: str) -> Node:
    """Read one setting; its value is TOML if it parses, else text. Raises `UsageError`."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise UsageError("a `--set` is not valid UTF-8")
    try:
        components, end = leading_key(text)
    except ValueError as error:
        raise _malformed(text) from error
    if not text.startswith("=", end):
        raise _malformed(text)
    path = tuple(component.name for component in components)
    if path[0] in _OF_FILES or path[:2] == ("assembly", "extends"):
        raise UsageError(f"`{dotted(path)}` can stand in files only, not in `--set`")
    given = text[end + 1 :]
    value = _toml(given)
    if value is None:
        source = Source("--set", text, _places(components, Extent(end + 1, len(text))))
        return _nested(node_of(given, source, path), source, path)
    source = Source("--set", text, spans(text))
    node = node_of(value, source, path)
    if not isinstance(value, str | list | dict):
        node = msgspec.structs.replace(node, spelling=given.strip())
    return _nested(node, source, path)


def _malformed(text: str) -> UsageError:
    message = f"`--set {text}` is not KEY=VALUE"
    return UsageError(message, hints=("for example `--set vars.port=8081`",))


def _toml(given: str) -> object:
    """The value if the text as a whole is one of TOML, else `None`."""
    assignment = f"value={given}"
    try:
        table = tomli.loads(assignment)
        end = spans(assignment)["value",].value.end
    except (ValueError, RecursionError):
        return None
    whole = len(table) == 1 and end == len(assignment.rstrip())
    return table["value"] if whole else None


def _places(components: tuple[Component, ...], value: Extent) -> Mapping[Path, Span]:
    places: dict[Path, Span] = {}
    path: Path = ()
    for component in components:
        path = (*path, component.name)
        places[path] = Span(component.extent, component.extent)
    places[path] = Span(components[-1].extent, value)
    return places


def _nested(node: Node, source: Source, path: tuple[str, ...]) -> Node:
    """The tables that lead to the value."""
    for depth in range(len(path) - 1, -1, -1):
        entries = {path[depth]: node}
        node = with_entries(Node(value=entries, source=source, path=path[:depth]), entries)
    return node
