"""Unit files: sections of lines, quoted as systemd reads them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from assembler.api import ConfigurationError, Origin, Text

Line: TypeAlias = tuple[str, Text]
"""A key and its value, as it is to stand in the file."""

Section: TypeAlias = tuple[str, Sequence[Line]]
"""A section's name and its lines."""

_PLAIN = re.compile(r"[A-Za-z0-9_@:,./+=-]+")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "%": "%%"}


def unit(sections: Iterable[Section]) -> Text:
    """The text of a unit file."""
    pieces: list[str | Text] = []
    for name, lines in sections:
        if lines:
            pieces += ["\n" if pieces else "", f"[{name}]\n"]
            for key, value in lines:
                pieces += [f"{key}=", value, "\n"]
    return Text.of(*pieces)


def plain(key: str, *values: str) -> Iterator[Line]:
    """A line for each value, as it is."""
    for value in values:
        yield key, Text.of(value)


def command(key: str, words: Sequence[Text]) -> Line:
    """A command line; nothing in it is expanded."""
    first, *others = (quote(word, dollars=True) for word in words)
    return key, Text.of(first, *(Text.of(" ", word) for word in others))


def assignment(key: str, name: str, value: Text) -> Line:
    """An assignment of an environment variable."""
    return key, quote(Text.of(f"{name}=", value))


def paths(key: str, value: Text) -> Line:
    """A list of paths, with one in it."""
    return key, quote(value)


def path(key: str, value: Text, origin: Origin) -> Line:
    """A path, which systemd reads up to the end of the line, with no quotation marks around it."""
    for piece in value.pieces:
        if isinstance(piece, str) and "\n" in piece:
            raise ConfigurationError("a path in a unit can't hold a line break", origin=origin)
    literals = (
        piece.replace("%", "%%") if isinstance(piece, str) else piece for piece in value.pieces
    )
    return key, Text.of(*literals)


def quote(word: Text, *, dollars: bool = False) -> Text:
    """One word, in quotation marks if it needs them."""
    literal = word.literal
    if literal is not None and _PLAIN.fullmatch(literal):
        return word
    pieces = (
        _escaped(piece, dollars=dollars) if isinstance(piece, str) else piece
        for piece in word.pieces
    )
    return Text.of('"', *pieces, '"')


def _escaped(literal: str, *, dollars: bool) -> str:
    escaped = "".join(_ESCAPES.get(character, character) for character in literal)
    return escaped.replace("$", "$$") if dollars else escaped


def settings(given: Mapping[str, str | tuple[str, ...]]) -> Iterator[Line]:
    """Lines that were given as they are."""
    for key, value in given.items():
        yield from plain(key, *((value,) if isinstance(value, str) else value))
