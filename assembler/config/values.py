"""Resolved values: what a reference becomes in the text, array or table that holds it."""

import re
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from assembler.config.keys import dotted
from assembler.config.node import Content, Node
from assembler.config.references import Reference
from assembler.errors import ConfigurationError
from assembler.model.text import Output, PartKey, Piece, Place, Quoted, Secret, Text
from assembler.origin import Origin

_DECIMAL = r"\d+\.\d+"

NONE: frozenset[str] = frozenset()


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """A reference in the value that holds it, in a part (`scope`) or outside of any."""

    reference: Reference
    node: Node
    scope: str | None

    @property
    def origin(self) -> Origin:
        """Where the reference stands."""
        return self.node.source.fragment(self.node.path, self.reference.written)

    def fault(self, message: str, hints: Sequence[str] = ()) -> ConfigurationError:
        """A fault with the place of the reference."""
        return ConfigurationError(message, origin=self.origin, hints=hints)

    def made(self, value: Content, parts: frozenset[str] = NONE) -> Node:
        """A value that stands nowhere but in the reference."""
        return Node(value=value, source=self.node.source, path=self.node.path, parts=parts)


def cycle(use: Use, ring: Sequence[Node]) -> ConfigurationError:
    """A value that leads back to itself; `ring` begins and ends with it."""
    names = [dotted(node.path) for node in ring]
    return ConfigurationError(
        f"references form a cycle: {' → '.join(names)}",
        origin=use.origin,
        details=[
            f"`{name}` refers to `{other}` at {node.origin}"
            for (name, other), node in zip(pairwise(names), ring, strict=False)
        ],
        hints=("take one of these references away",),
    )


def kind(value: Content) -> str:
    """What a value is, in the words of TOML."""
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int):
        return "a whole number"
    if isinstance(value, float):
        return "a number"
    if isinstance(value, tuple):
        return "an array"
    return "text" if isinstance(value, str | Text) else "a table"


def literal(value: str | float) -> str:
    """A scalar as it stands within text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def spelt(node: Node) -> str:
    """A number or boolean as it was written, so that `3.10` stays `3.10`; or as TOML writes it."""
    if node.spelling is not None:
        return node.spelling
    if isinstance(node.value, float):
        written = node.source.spelling(node.path)
        if re.fullmatch(_DECIMAL, written):
            return written
    return literal(node.value) if isinstance(node.value, str | int | float) else ""


def shown(text: Text) -> str:
    """Text for people: places that are known only when a step is performed in angle brackets.

    A secret is shown as the reference to it.
    """
    return "".join(_shown_piece(piece) for piece in text.pieces)


def _shown_piece(piece: Piece) -> str:
    match piece:
        case str():
            return piece
        case Place():
            root = f"parts/{piece.part}" if piece.root == "part" else piece.root
            return "/".join(filter(None, (f"<{root}>", piece.path)))
        case PartKey():
            return f"<key of {piece.part}>"
        case Secret():
            return f"${{secrets.{piece.name}}}"
        case Quoted():
            return _shown_piece(piece.piece)
        case Output():
            return f"<{'.'.join(('parts', piece.part, *piece.path))}>"


def broken(node: Node) -> Node:
    """A value that could not be resolved; its fault is recorded."""
    return msgspec.structs.replace(node, value=None, spelling=None, size=1)


def replaced(node: Node, target: Node) -> Node:
    """The value of the target, standing where the reference to it stands."""
    return msgspec.structs.replace(
        target,
        source=node.source,
        path=node.path,
        overrode=node.overrode,
        local=_local(target),
    )


def spliced(array: Node, elements: tuple[Node, ...]) -> Sequence[Node]:
    """The elements of an array that takes the place of one element."""
    if not array.environment and not array.parts:
        return elements
    return tuple(_resolved_from(element, (array,)) for element in elements)


def gathered(container: Node, children: Sequence[Node]) -> Node:
    """A table or an array that is resolved from all that its values are resolved from."""
    return _resolved_from(container, [c for c in children if c.environment or c.parts])


def _resolved_from(node: Node, others: Sequence[Node]) -> Node:
    if not others:
        return node
    return msgspec.structs.replace(
        node,
        environment=node.environment.union(*(other.environment for other in others)),
        parts=node.parts.union(*(other.parts for other in others)),
        local=node.local.union(*(_local(other) for other in others)),
    )


def _local(node: Node) -> frozenset[Origin]:
    """The places in local layers that a value comes from."""
    return node.local | {node.origin} if node.source.local else node.local


def through(target: Node, inner: Sequence[Node]) -> Node:
    """A target whose name was put together from other values."""
    return _resolved_from(target, inner)


def inserted(target: Node, use: Use) -> str | Text:
    """What stands within text for a reference. Raises `ConfigurationError`."""
    value = target.value
    if isinstance(value, Text):
        return value
    if isinstance(value, str | int | float):
        return spelt(target)
    message = f"`{use.reference.written}` is {kind(value)} and can't stand within text"
    raise use.fault(message)


def put_together(node: Node, targets: Sequence[Node], text: Text) -> Node:
    """Text that holds references."""
    value = text if text.literal is None else text.literal
    return _resolved_from(msgspec.structs.replace(node, value=value), targets)
