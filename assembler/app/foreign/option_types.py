"""The types of a recipe's options as data, and as types again: a process can't send types."""

import operator
import types
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import (
    Annotated,
    Literal,
    Protocol,
    TypeAlias,
    Union,
    cast,
    get_args,
    get_origin,
)

import msgspec

from assembler.app.foreign.values import Wire
from assembler.config.forms import annotations
from assembler.model.part import is_part_name, part_name
from assembler.model.text import Plain, Text

_SCALARS: Mapping[object, str] = {
    str: "text",
    Text: "text with places",
    int: "integer",
    float: "number",
    bool: "boolean",
    object: "anything",
    type(None): "nothing",
}
_LIMITS = ("gt", "ge", "lt", "le", "multiple_of", "pattern", "min_length", "max_length")
_TYPES: Mapping[str, object] = {word: scalar for scalar, word in _SCALARS.items()}


class ScalarType(msgspec.Struct, frozen=True, tag="scalar"):
    """A scalar, or anything."""

    kind: str


class ChoiceType(msgspec.Struct, frozen=True, tag="choice"):
    """One of some scalars."""

    choices: tuple[str | int | bool, ...]


class ArrayType(msgspec.Struct, frozen=True, tag="array"):
    """An array of one type."""

    item: "OptionType"


class TableType(msgspec.Struct, frozen=True, tag="table"):
    """A table with any keys and values of one type."""

    item: "OptionType"


class RecordType(msgspec.Struct, frozen=True, tag="record"):
    """One of the records that are described beside it."""

    number: int


class EitherType(msgspec.Struct, frozen=True, tag="either"):
    """Any of several types."""

    types: "tuple[OptionType, ...]"


class NotedType(msgspec.Struct, frozen=True, kw_only=True, tag="noted"):
    """A type with what `msgspec.Meta` says of it: what it means, and its limits by name."""

    item: "OptionType"
    description: str = ""
    names_part: bool = False
    limits: dict[str, Plain] = {}
    schema: dict[str, Plain] | None = None


OptionType: TypeAlias = (
    ScalarType | ChoiceType | ArrayType | TableType | RecordType | EitherType | NotedType
)


class FieldType(msgspec.Struct, frozen=True, kw_only=True):
    """A field of a record, the key that it is written as, and a default that a person can read."""

    attribute: str
    key: str
    type: OptionType
    required: bool
    default: Wire = None


class DescribedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A type with named fields; `tag_field` tells it from others by the value `tag`."""

    name: str
    doc: str
    fields: tuple[FieldType, ...]
    tag_field: str | None = None
    tag: str | int | None = None


Record: TypeAlias = type[msgspec.Struct]


def record_types(options: Record) -> tuple[Record, ...]:
    """The records that options are made of, each after those that it holds; the last is theirs.

    Raises `TypeError` for one that holds itself, and for what TOML can't give.
    """
    found: list[Record] = []
    _collect(options, (), found)
    return tuple(found)


def _collect(record: Record, trail: tuple[Record, ...], found: list[Record]) -> None:
    if record in trail:
        raise TypeError(f"options can't hold themselves, as `{record.__name__}` does")
    for hint in annotations(record).values():
        for inner in _records(hint):
            _collect(inner, (*trail, record), found)
    if record not in found:
        found.append(record)


def _records(annotation: object) -> Iterator[Record]:
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        if annotation is not Text:
            yield annotation
        return
    for argument in get_args(annotation) if get_origin(annotation) is not Literal else ():
        yield from _records(argument)


def described(records: Sequence[Record]) -> tuple[DescribedRecord, ...]:
    """The records as data, in their order."""
    return tuple(_described(record, records) for record in records)


def _described(record: Record, records: Sequence[Record]) -> DescribedRecord:
    hints = annotations(record)
    defaults = record.__struct_defaults__
    required = len(record.__struct_fields__) - len(defaults)
    padded = (*(msgspec.NODEFAULT,) * required, *defaults)
    written = zip(record.__struct_encode_fields__, record.__struct_fields__, padded, strict=True)
    return DescribedRecord(
        name=record.__name__,
        doc=record.__doc__ or "",
        fields=tuple(
            FieldType(
                attribute=attribute,
                key=key,
                type=_type(hints[attribute], records),
                required=default is msgspec.NODEFAULT,
                default=default if isinstance(default, str | int | float) else None,
            )
            for key, attribute, default in written
        ),
        tag_field=record.__struct_config__.tag_field,
        tag=record.__struct_config__.tag,
    )


def _type(annotation: object, records: Sequence[Record]) -> OptionType:
    if (kind := _SCALARS.get(annotation)) is not None:
        return ScalarType(kind)
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return RecordType(records.index(annotation))
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return reduce(_noted, arguments[1:], _type(arguments[0], records))
    if origin is Literal:
        return ChoiceType(arguments)
    return _container(annotation, records)


def _container(annotation: object, records: Sequence[Record]) -> OptionType:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (types.UnionType, Union):
        return EitherType(tuple(_type(each, records) for each in arguments))
    if origin is tuple and arguments[1:] == (...,):
        return ArrayType(_type(arguments[0], records))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return TableType(_type(arguments[1], records))
    message = f"an option can't be of type {annotation}"
    raise TypeError(message)


def _noted(item: OptionType, meta: object) -> OptionType:
    if not isinstance(meta, msgspec.Meta):
        return item
    limits = {name: getattr(meta, name) for name in _LIMITS}
    return NotedType(
        item=item,
        description=meta.description or "",
        names_part=is_part_name(meta),
        limits={name: limit for name, limit in limits.items() if limit is not None},
        schema=meta.extra_json_schema,
    )


def made(records: Sequence[DescribedRecord], module: str) -> tuple[Record, ...]:
    """The types of records that were described; raises what making types raises."""
    found: list[Record] = []
    for record in records:
        found.append(_made(record, found, module))
    return tuple(found)


def _made(record: DescribedRecord, known: Sequence[Record], module: str) -> Record:
    return msgspec.defstruct(
        record.name,
        [_field(field, known) for field in record.fields],
        module=module,
        namespace={"__doc__": record.doc},
        rename={field.attribute: field.key for field in record.fields},
        tag_field=record.tag_field,
        tag=record.tag,
        frozen=True,
        kw_only=True,
    )


def _field(
    field: FieldType, known: Sequence[Record]
) -> tuple[str, type] | tuple[str, type, object]:
    annotation = cast("type", _annotation(field.type, known))
    if field.required:
        return (field.attribute, annotation)
    default = msgspec.UNSET if field.default is None else field.default
    return (field.attribute, annotation, default)


class _Generic(Protocol):
    def __getitem__(self, arguments: object, /) -> object: ...


class _MakesMeta(Protocol):
    def __call__(
        self, *, description: str, **limits: Plain | Mapping[str, Plain]
    ) -> msgspec.Meta: ...


def _annotation(described: OptionType, known: Sequence[Record]) -> object:
    found: object
    match described:
        case ScalarType(kind=kind):
            found = _TYPES[kind]
        case ChoiceType(choices=choices):
            found = cast("_Generic", Literal)[choices]
        case ArrayType(item=item):
            found = cast("_Generic", tuple)[_annotation(item, known), ...]
        case TableType(item=item):
            found = cast("_Generic", Mapping)[str, _annotation(item, known)]
        case RecordType(number=number):
            found = known[number]
        case EitherType(types=several):
            found = reduce(operator.or_, [_annotation(each, known) for each in several])
        case NotedType(item=item):
            found = cast("_Generic", Annotated)[_annotation(item, known), _meta(described)]
    return found


def _meta(noted: NotedType) -> msgspec.Meta:
    if noted.names_part:
        return part_name(noted.description)
    extra = {} if noted.schema is None else {"extra_json_schema": noted.schema}
    return cast("_MakesMeta", msgspec.Meta)(description=noted.description, **noted.limits, **extra)
