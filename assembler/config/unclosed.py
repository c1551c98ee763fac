"""Strings, arrays and inline tables that are not closed or not separated."""

import re
from collections.abc import Mapping

from assembler.config.bare import quote_within, text_without_quotes
from assembler.config.characters import quote_hints
from assembler.config.fault import Fault, line_at, one
from assembler.config.nesting import Open
from assembler.config.positions import Extent

KINDS: Mapping[str, str] = {"[": "an array", "{": "an inline table"}
"""What a bracket opens."""

_CLOSING = {"[": "]", "{": "}"}
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{0,4}|U[0-9A-Fa-f]{0,8}|x[0-9A-Fa-f]{0,2}|[^\n])?")
_HEADER = re.compile(r"[ \t]*\[\[?[\w.\"' -]+\]\]?[ \t]*(#.*)?")
_PAIR = re.compile(r"[ \t]*[\w.\"'-]+[ \t]*=.*")
_WORD = re.compile(r"[^\s,\[\]{}=\"']")


def escape(text: str, at: int) -> Fault | None:
    """A backslash in a string that begins no escape of TOML."""
    match = _ESCAPE.match(text, text.rfind("\\", 0, at))
    if match is None:
        return None
    hints = (
        r"write a backslash as `\\`, or put the text in single quotes: there it stands for itself",
    )
    return Fault(f"`{match.group()}` is no escape", Extent(*match.span()), hints=hints)


def unclosed_string(message: str, text: str, at: int, string: Extent) -> Fault:
    """A string that does not end, or holds a character that it can't."""
    character = text[at : at + 1]
    if "character" in message and character not in ("", "\n"):
        message = f"the control character U+{ord(character):04X} can't stand in a string"
        hint = f'between `"` it is written `\\u{ord(character):04x}`'
        return Fault(message, one(at), hints=(hint,))
    first = text[string.start]
    quote = first * 3 if text.startswith(first * 3, string.start) else first
    lines = f"text of several lines stands between two `{first * 3}`"
    return Fault(
        "a string is not closed",
        string,
        hints=(
            *quote_hints(text[slice(*string)]),
            f"end it with `{quote}`",
            *((lines,) if quote == first else ()),
        ),
    )


def unclosed_bracket(message: str, text: str, at: int, around: Open) -> Fault | None:
    """An array or inline table that does not end, or lacks a comma."""
    if not around.brackets:
        return None
    opened = _left_open(text, at, around.brackets)
    if opened is not None:
        bracket = text[opened]
        hints = (f"end it with `{_CLOSING[bracket]}`",)
        return Fault(f"{KINDS[bracket]} is not closed", one(opened), hints=hints)
    if not message.startswith("Unclosed"):
        return None
    if fault := quote_within(text, at):
        return fault
    if _WORD.match(text[at - 1]) and not text[at].isspace():
        return text_without_quotes(text, at)
    things = "values of an array" if text[around.brackets[-1]] == "[" else "keys of a table"
    return Fault(f"a comma is missing between two {things}", one(at))


def _left_open(text: str, at: int, brackets: tuple[int, ...]) -> int | None:
    """The bracket that is still open where the text ends or its next statement begins."""
    line = line_at(text, at)
    written = text[slice(*line)]
    outside = [each for each in brackets if each < line.start]
    if at >= len(text) and brackets[-1]:
        return brackets[-1]
    begins = _HEADER.fullmatch(written)
    if outside and text[outside[-1]] == "[":
        begins = begins or _PAIR.fullmatch(written)
    return outside[-1] if outside and begins else None
