"""Characters that look like others, and that no TOML has outside of strings."""

import unicodedata

from assembler.config.fault import Fault, one

_QUOTES = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb\u2039\u203a\u00b4`"
"""What word processors and web pages make of quotes."""


def strange_character(text: str, at: int) -> Fault | None:
    """A quote or a blank that only looks like one, or a control character."""
    character = text[at : at + 1]
    if not character or character in "\t\n":
        return None
    if unicodedata.category(character) == "Cc":
        hints = ("end lines with a line feed",) if character == "\r" else ("take it away",)
        message = f"the control character U+{ord(character):04X} can't stand here"
        return Fault(message, one(at), hints=hints)
    if character in _QUOTES:
        message = f"{_named(character)} is no quote of TOML"
        return Fault(message, one(at), hints=("text stands between two `\"` or two `'`",))
    if character != " " and unicodedata.category(character) in ("Zs", "Cf", "Zl", "Zp"):
        message = f"{_named(character)} is no blank of TOML"
        return Fault(message, one(at), hints=("replace it with an ordinary blank",))
    return None


def quote_hints(text: str) -> tuple[str, ...]:
    """Hints at quotes in a text that end no string."""
    found = next((each for each in text if each in _QUOTES and not each.isascii()), None)
    return (f"{_named(found)} is no quote of TOML",) if found else ()


def _named(character: str) -> str:
    name = unicodedata.name(character, "a character").lower()
    shown = f" `{character}`" if character.isprintable() and character != "`" else ""
    return f"the {name}{shown} (U+{ord(character):04X})"
