"""Requirements as nearly all metadata writes them, taken apart by one look at their text."""

import re

import msgspec

_NAME = r"(?>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)"
_BLANK = r"[ \t]*+"
_CLAUSE = rf"(?:~=|==|!=|<=|>=|<|>){_BLANK}[A-Za-z0-9.*+!_-]++"
_CLAUSES = rf"{_CLAUSE}(?:{_BLANK},{_BLANK}{_CLAUSE})*+"
_PLAIN = re.compile(
    rf"{_BLANK}({_NAME}){_BLANK}"
    rf"(?:\[{_BLANK}({_NAME}(?:{_BLANK},{_BLANK}{_NAME})*+){_BLANK}\]{_BLANK})?"
    rf"(?:\({_BLANK}({_CLAUSES}){_BLANK}\)|({_CLAUSES}))?{_BLANK}"
    r"(?:;(.+))?"
)
"""Nothing that was taken is given back, so that long texts are read once as well."""


class Parts(msgspec.Struct, frozen=True, gc=False):
    """The texts that a requirement consists of, which may be wrong each in itself."""

    name: str
    extras: tuple[str, ...]
    specifier: str
    marker: str


def taken_apart(text: str) -> Parts | None:
    """The parts of a requirement; `None` where only a real parser can tell them."""
    found = _PLAIN.fullmatch(text)
    if found is None:
        return None
    name, extras, bracketed, bare, marker = found.groups("")
    each = tuple(extra.strip(" \t") for extra in extras.split(",")) if extras else ()
    return Parts(name, each, bracketed or bare, marker)
