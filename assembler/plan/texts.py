"""The texts in any value: options, steps, tables of them."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Literal, get_args, get_origin

import msgspec

from assembler.model.text import Text

KeyPath = tuple[str | int, ...]

_PLAIN: frozenset[object] = frozenset({str, bytes, bool, int, float, type(None), ...})


def texts(value: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Text]]:
    """Every text in the value, with the key path that leads to it."""
    if isinstance(value, Text):
        yield path, value
        return
    for key, inner in _items(value):
        yield from texts(inner, (*path, key))


def replaced(value: object, replace: Callable[[Text, KeyPath], Text], path: KeyPath = ()) -> object:
    """The value with every text in it replaced."""
    if isinstance(value, Text):
        return replace(value, path)
    items = ((key, inner, replaced(inner, replace, (*path, key))) for key, inner in _items(value))
    if isinstance(value, tuple | list):
        return type(value)(after for _, _, after in items)
    if isinstance(value, Mapping):
        return {key: after for key, _, after in items}
    if isinstance(value, msgspec.Struct):
        fields = dict(_fields(type(value)))
        changes = {fields[str(key)]: after for key, before, after in items if after is not before}
        return msgspec.structs.replace(value, **changes) if changes else value
    return value


def _items(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, tuple | list):
        yield from enumerate(value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key), inner
    elif isinstance(value, msgspec.Struct):
        for key, name in _fields(type(value)):
            yield key, getattr(value, name)


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[tuple[str, str], ...]:
    """The fields of a type that may hold texts, each as it is encoded and as it is named."""
    return tuple(
        (field.encode_name, field.name)
        for field in msgspec.structs.fields(kind)
        if _may_hold(field.type, frozenset({kind}))
    )


def _may_hold(kind: object, inside: frozenset[object]) -> bool:
    """Whether values of a type may hold texts: told from its fields and type arguments."""
    if kind in _PLAIN or get_origin(kind) is Literal:
        return False
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if kind is Text or kind in inside:
            return True
        inner: tuple[object, ...] = tuple(each.type for each in msgspec.structs.fields(kind))
        return any(_may_hold(each, inside | {kind}) for each in inner)
    return any(_may_hold(each, inside) for each in get_args(kind) or (Text,))
