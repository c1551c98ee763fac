"""Values as JSON and back: texts, arrays, tables and records of options can be told apart."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec

from assembler.model.text import Piece, Text

Wire: TypeAlias = object
"""What JSON knows: scalars, lists and objects, these with one key: `text`, `table`, a number."""

_TEXT = "text"
_TABLE = "table"


def encoded(value: object, records: Sequence[type[msgspec.Struct]] = ()) -> Wire:
    """A value as JSON; of a record, what is not set is left to its default."""
    found: Wire
    match value:
        case str() | int() | float() | None:
            found = value
        case Text():
            found = {_TEXT: msgspec.to_builtins(value.pieces)}
        case tuple() | list():
            found = [encoded(each, records) for each in value]
        case Mapping():
            found = {_TABLE: {str(key): encoded(each, records) for key, each in value.items()}}
        case msgspec.Struct():
            number = records.index(type(value))
            set_ones = {
                name: getattr(value, name)
                for name in value.__struct_fields__
                if getattr(value, name) is not msgspec.UNSET
            }
            found = {str(number): {name: encoded(each, records) for name, each in set_ones.items()}}
        case _:
            raise TypeError(type(value))
    return found


def decoded(wire: Wire, records: Sequence[type[msgspec.Struct]] = ()) -> object:
    """The value that JSON stands for; raises what a record's own checks raise."""
    if isinstance(wire, list):
        return tuple(decoded(each, records) for each in wire)
    if not isinstance(wire, dict):
        return wire
    ((kind, content),) = wire.items()
    if kind == _TEXT:
        return Text(msgspec.convert(content, tuple[Piece, ...]))
    if not isinstance(content, dict):
        raise TypeError(kind)
    entries = {key: decoded(each, records) for key, each in content.items()}
    return entries if kind == _TABLE else records[int(kind)](**entries)
