"""TOML as the lock writes it: one way to write each value, so that equal locks are equal bytes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TypeAlias

import msgspec

from assembler.lock.instants import written

TomlValue: TypeAlias = "str | bool | int | datetime | Sequence[TomlValue] | Mapping[str, TomlValue]"

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_JSON = msgspec.json.Encoder()


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """Write a key, quoted where it must be."""
    return name if _BARE_KEY.fullmatch(name) else _string(name)


def value(item: TomlValue) -> str:
    """Write a value on one line."""
    match item:
        case str():
            return _string(item)
        case bool() | int():
            return str(item).lower()
        case list() | tuple():
            return "[" + ", ".join([value(inner) for inner in item]) + "]"
        case datetime():
            return written(item)
        case dict() | Mapping():
            inside = ", ".join([f"{key(name)} = {value(inner)}" for name, inner in item.items()])
            return f"{{ {inside} }}" if inside else "{}"
        case _:
            return value(list(item))


def array(items: Sequence[TomlValue]) -> str:
    """Write an array with one item a line, so that a change of one shows as one line."""
    if not items:
        return "[]"
    return "[\n" + "".join(f"    {value(item)},\n" for item in items) + "]"


def table(items: Mapping[str, TomlValue]) -> Iterator[str]:
    """Write the lines of a table without its header; arrays of several texts spread over lines."""
    for name, item in items.items():
        if isinstance(item, list | tuple) and len(item) > 1 and isinstance(item[0], str):
            yield f"{key(name)} = {array(item)}"
        else:
            yield f"{key(name)} = {value(item)}"


def _string(text: str) -> str:
    return _JSON.encode(text).decode().replace("\x7f", "\\u007f")
