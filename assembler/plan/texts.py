"""The texts in any value: options, steps, tables of them."""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from assembler.model.text import Text

KeyPath = tuple[str | int, ...]


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
        fields = {field.encode_name: field.name for field in msgspec.structs.fields(type(value))}
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
        for field in msgspec.structs.fields(type(value)):
            yield field.encode_name, getattr(value, field.name)
