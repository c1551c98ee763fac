"""`assemble config`: the resolved configuration, and where each value was written."""

import msgspec

from assembler.app.checkout import Checkout
from assembler.app.loading import load_document, load_project
from assembler.app.services import Services
from assembler.config import show
from assembler.config.resolved import resolve
from assembler.model.text import Value


class Shown(msgspec.Struct, frozen=True):
    """The configuration, or one value of it, as text and as plain data."""

    text: str
    document: Value


def shown(checkout: Checkout, services: Services, key: str | None, *, origins: bool) -> Shown:
    """Show all values, or the one at a dotted key, bare. Raises `ConfigurationError`."""
    load_project(checkout, services)
    resolved = resolve(load_document(checkout, services), services.environment)
    if key is None:
        text = show.render(resolved.root, origins=origins)
        return Shown(text, show.data(resolved.root))
    node = show.lookup(resolved, key)
    text = (
        show.render(node, tuple(map(str, node.path)), origins=True) if origins else show.bare(node)
    )
    return Shown(text, show.data(node))
