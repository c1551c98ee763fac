"""What is open at an offset of a TOML text: a string, arrays, inline tables."""

import re
from typing import NamedTuple

from assembler.config.positions import Extent

_TOKEN = re.compile(
    r"#[^\n]*+"
    r'|"""(?:[^"\\]|\\.|"(?!""))*+"{3,5}'
    r"|'''(?:[^']|'(?!''))*+'{3,5}"
    r"|\"\"\"|'''"
    r'|"(?:[^"\\\n]|\\.)*+"'
    r"|'[^'\n]*+'"
    r"|[\"'\[\]{}]",
    re.DOTALL,
)


class Open(NamedTuple):
    """What is open: the string that the offset is in, and the brackets around it, outer first."""

    string: Extent | None
    brackets: tuple[int, ...]


def open_at(text: str, at: int) -> Open:
    """Say what is open at an offset, up to which the text is valid TOML."""
    brackets: list[int] = []
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        if start >= at:
            break
        first = text[start]
        if first in "[{":
            brackets.append(start)
        elif first in "]}":
            brackets = brackets[:-1]
        elif first != "#" and (end > at or not _closed(token.group())):
            return Open(Extent(start, _end_of_line(text, start)), tuple(brackets))
    return Open(None, tuple(brackets))


def _closed(string: str) -> bool:
    return len(string) > 1 and string not in ('"""', "'''")


def _end_of_line(text: str, start: int) -> int:
    newline = text.find("\n", start)
    return len(text) if newline < 0 else newline
