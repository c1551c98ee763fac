"""Control characters, which no text of a lock holds: terminals and other readers obey them."""

import re
from collections.abc import Iterator

import msgspec

from assembler.errors import IntegrityError
from assembler.origin import Origin

_CONTROL = r"[\x00-\x1f\x7f-\x9f\u2028\u2029]"
_BEYOND_ASCII = r"[\x80-\x9f\u2028\u2029]"
_ESCAPE = re.compile(r"\\[^\"\\]")
_OTHER_WAYS = ("\t", '"""', "'''")


def is_plain(text: str) -> bool:
    """Whether no string of a TOML text can hold a control character.

    What TOML allows is an escape, a tab, a line of a string of several lines, or one beyond ASCII.
    """
    return not (
        any(way in text for way in _OTHER_WAYS)
        or _ESCAPE.search(text)
        or (not text.isascii() and re.search(_BEYOND_ASCII, text))
    )


def check_characters(noun: msgspec.Struct, origin: Origin) -> None:
    """Look at every string of a noun. Raises `IntegrityError`."""
    for text in _strings(msgspec.to_builtins(noun)):
        if re.search(_CONTROL, text):
            raise IntegrityError(f"{text!r} holds a control character", origin=origin)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from (name, *_strings(inner))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
