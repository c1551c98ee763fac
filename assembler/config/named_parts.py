"""Options whose value is the name of another part."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, get_args, get_origin

import msgspec

from assembler.config.forms import annotations
from assembler.model.part import is_part_name
from assembler.model.text import Text


def named_parts(options: msgspec.Struct) -> Mapping[str, str]:
    """The parts that options name: by the options' dotted paths, in options of options, too."""
    return dict(_named(options, ""))


def _named(value: object, path: str) -> Iterator[tuple[str, str]]:
    inner = f"{path}." if path else ""
    if isinstance(value, msgspec.Struct) and not isinstance(value, Text):
        yield from _of_struct(value, inner)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _named(each, f"{inner}{key}")
    elif isinstance(value, tuple):
        for position, each in enumerate(value):
            yield from _named(each, f"{inner}{position}")


def _of_struct(options: msgspec.Struct, inner: str) -> Iterator[tuple[str, str]]:
    marked = _marked(type(options))
    keys = zip(options.__struct_fields__, options.__struct_encode_fields__, strict=True)
    for name, key in keys:
        value: object = getattr(options, name)
        if name in marked and isinstance(value, str):
            yield f"{inner}{key}", value
        elif name in marked and isinstance(value, tuple):
            yield from _of_array(value, f"{inner}{key}")
        else:
            yield from _named(value, f"{inner}{key}")


def _of_array(names: tuple[object, ...], path: str) -> Iterator[tuple[str, str]]:
    for position, name in enumerate(names):
        if isinstance(name, str):
            yield f"{path}.{position}", name


@cache
def _marked(options: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(name for name, hint in annotations(options).items() if _is_marked(hint))


def _is_marked(hint: object) -> bool:
    metas = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return any(isinstance(meta, msgspec.Meta) and is_part_name(meta) for meta in metas)
