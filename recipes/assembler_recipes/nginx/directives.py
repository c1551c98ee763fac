"""Directives of nginx as data, and the text that they are."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Self

import msgspec

from assembler.api import ConfigurationError, Origin, Place, Secret, Text, split_words

_PLAIN = re.compile(r"[A-Za-z0-9_$@/.:=*%+~^-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NAME = re.compile("[a-z][a-z0-9_]*")


class Directive(msgspec.Struct, frozen=True):
    """A directive: its name, its words, and for a block what is in it."""

    name: str
    words: tuple[Text, ...] = ()
    block: "tuple[Directive, ...] | None" = None

    @classmethod
    def of(cls, name: str, *words: str | Text) -> Self:
        """One without a block."""
        return cls(name, tuple(Text.of(word) for word in words))


def checked(text: Text, origin: Origin) -> Text:
    """A value that can stand in a configuration. Raises `ConfigurationError` for others."""
    if text.secrets:
        raise ConfigurationError(
            "what nginx is told can't hold a secret, as everybody can read it", origin=origin
        )
    if any(isinstance(piece, str) and _CONTROL.search(piece) for piece in text.pieces):
        raise ConfigurationError(
            "what nginx is told can't hold a line break or another control character",
            origin=origin,
        )
    return text


def written(given: Mapping[str, Text | tuple[Text, ...]], origin: Origin) -> Iterator[Directive]:
    """Directives that a person wrote. Raises `ConfigurationError` for what can't be one."""
    for name, lines in given.items():
        if not _NAME.fullmatch(name):
            raise ConfigurationError(f"`{name}` can't be a directive", origin=origin)
        for line in (lines,) if isinstance(lines, Text) else lines:
            try:
                words = split_words(checked(line, origin))
            except ValueError as error:
                message = f"`{name}` can't be split into words: {error}"
                raise ConfigurationError(message, origin=origin) from error
            yield Directive(name, words)


def replaced(
    directives: Iterable[Directive], settings: Iterable[Directive]
) -> tuple[Directive, ...]:
    """The directives, and the settings instead of those of the same name; blocks come last."""
    given, won = tuple(directives), tuple(settings)
    names = {directive.name for directive in won}
    lines = (each for each in given if each.block is None and each.name not in names)
    return (*lines, *won, *(each for each in given if each.block is not None))


def text_of(directives: Iterable[Directive], indent: str = "") -> Text:
    """The text of directives, one a line."""
    return Text.of(*(_line(directive, indent) for directive in directives))


def _line(directive: Directive, indent: str) -> Text:
    words = (Text.of(" ", quoted(word)) for word in directive.words)
    head = Text.of(indent, directive.name, *words)
    if directive.block is None:
        return Text.of(head, ";\n")
    return Text.of(head, " {\n", text_of(directive.block, f"{indent}    "), f"{indent}}}\n")


def quoted(word: Text) -> Text:
    """A word as nginx reads it, whatever is in it."""
    if word.literal is not None and _PLAIN.fullmatch(word.literal):
        return word
    return Text.of('"', *(_escaped(piece) for piece in word.pieces), '"')


def _escaped(piece: object) -> Text:
    if isinstance(piece, str):
        return Text.of(piece.replace("\\", "\\\\").replace('"', '\\"'))
    if isinstance(piece, Place):
        return Text.of(piece)
    kind = "a secret" if isinstance(piece, Secret) else f"`{piece}`"
    raise TypeError(f"{kind} can't stand in a configuration of nginx")
