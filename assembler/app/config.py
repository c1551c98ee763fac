"""`assemble config`: the resolved configuration, and where each value was written."""

import msgspec

from assembler.app.checkout import Checkout
from assembler.app.loading import check_project
from assembler.app.services import Services
from assembler.app.standing import Standing
from assembler.config import show
from assembler.config.entries import Entry, entries
from assembler.model.text import Value
from assembler.origin import Origin


class Shown(msgspec.Struct, frozen=True):
    """The configuration, or one value of it, as text and as plain data."""

    text: str
    document: Value


def shown(checkout: Checkout, services: Services, key: str | None, *, origins: bool) -> Shown:
    """Show all values, or the one at a dotted key, bare. Raises `ConfigurationError`."""
    checked = check_project(checkout, services)
    standing = Standing(checkout, services, checked)
    if origins:
        node = show.lookup(checked.resolved, key) if key else checked.resolved.root
        path = show.path_of(key) if key else ()
        listed = tuple(_entry(entry) for entry in entries(node, path))
        return Shown(show.render(node, path, origins=True), listed)
    if key is None:
        root = checked.resolved.root
        return Shown(show.render(root), show.data(root))
    node = standing.value(key)
    return Shown(show.bare(node), show.data(node))


def _entry(entry: Entry) -> Value:
    layers = tuple(
        {"change": layer.change, "value": layer.value, **place_of(layer.origin)}
        for layer in entry.layers
    )
    place = place_of(entry.origin)
    return {"key": entry.key, "value": entry.value, **place, "layers": layers}


def place_of(origin: Origin) -> dict[str, Value]:
    """A place as plain data; a value that no file has, such as one of `--set`, has no line."""
    if not origin.line:
        return {"file": origin.file}
    return {"file": origin.file, "line": origin.line, "column": origin.column}
