"""Texts with places and secrets while Jinja2 renders them."""

import re
from collections.abc import Mapping
from typing import Self

from assembler.api import Text

_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_WORD = "asseMbler.pLace"
_MARK = re.compile(f"{_OPEN}/{re.escape(_WORD)}<&\"'\n?([0-9]+){_CLOSE}")
_BROKEN = re.compile(f"{_OPEN}|{_CLOSE}|{re.escape(_WORD)}", re.IGNORECASE)


class Placed:
    """A text with places as a template's variable: it can be written and concatenated.

    It is written as a mark that filters which change letters, quotes or slashes destroy visibly;
    that of a secret, which may have several lines, also those that change lines.
    """

    __slots__ = ("_marks", "_text")

    def __init__(self, text: Text, marks: "Marks") -> None:
        self._text = text
        self._marks = marks

    def __str__(self) -> str:
        return self._marks.mark(self._text)

    def __add__(self, other: object) -> Self:
        return type(self)(Text.of(self._text, self._as_text(other)), self._marks)

    def __radd__(self, other: object) -> Self:
        return type(self)(Text.of(self._as_text(other), self._text), self._marks)

    def _as_text(self, other: object) -> Text:
        return other._text if isinstance(other, Placed) else Text.of(str(other))  # noqa: SLF001 - its own kind


class Marks:
    """The marks that stand for texts with places or secrets, and how to find them again."""

    def __init__(self) -> None:
        self._texts: list[Text] = []
        self._optional: set[int] = set()

    def optional(self, text: Text) -> str:
        """A mark for a text of the template itself, which need not be rendered."""
        self._optional.add(len(self._texts))
        return self.mark(text)

    def mark(self, text: Text) -> str:
        """A mark for the text."""
        self._texts.append(text)
        line = "\n" if text.secrets else ""
        return f"{_OPEN}/{_WORD}<&\"'{line}{len(self._texts) - 1}{_CLOSE}"

    def lost_secrets(self, rendered: str, *, optional: bool = False) -> tuple[str, ...]:
        """The names of the secrets whose marks should, or may, be in the text, and are not."""
        found = {int(number) for number in _MARK.findall(rendered)}
        found |= set() if optional else self._optional
        lost = (text for number, text in enumerate(self._texts) if number not in found)
        return tuple(dict.fromkeys(name for text in lost for name in text.secrets))

    def placed(self, text: Text) -> str | Placed:
        """The text as a template's variable: a string where it holds no place."""
        return Placed(text, self) if text.literal is None else text.literal

    def value(self, value: object) -> object:
        """A configuration value as a template's variable."""
        match value:
            case Text():
                return self.placed(value)
            case Mapping():
                return {key: self.value(inner) for key, inner in value.items()}
            case tuple() | list():
                return [self.value(inner) for inner in value]
            case _:
                return value

    def unmarked(self, rendered: str) -> Text | None:
        """The rendered text with the texts in place of their marks.

        `None` if a mark is broken, or was made for a secret and is not there.
        """
        pieces = [
            self._texts[int(found)] if position % 2 else found
            for position, found in enumerate(_MARK.split(rendered))
        ]
        literals = "".join(piece for piece in pieces if isinstance(piece, str))
        broken = _BROKEN.search(literals) or self.lost_secrets(rendered)
        return None if broken else Text.of(*pieces)
