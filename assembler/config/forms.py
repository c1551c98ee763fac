"""What the type of an option takes, in the words of TOML."""

import sys
import types
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

import msgspec

from assembler.model.text import Plain, Text


class TextForm(msgspec.Struct, frozen=True):
    """Text; with `places` it may hold what is known only when a part is built."""

    places: bool


class NumberForm(msgspec.Struct, frozen=True):
    """A number, or a whole one."""

    whole: bool


class BooleanForm(msgspec.Struct, frozen=True):
    """True or false."""


class ChoiceForm(msgspec.Struct, frozen=True):
    """One of some scalars."""

    choices: tuple[str | int | bool, ...]


class ArrayForm(msgspec.Struct, frozen=True):
    """An array of one form."""

    item: "Form"


class TableForm(msgspec.Struct, frozen=True):
    """A table with any keys and values of one form."""

    item: "Form"


class RecordForm(msgspec.Struct, frozen=True):
    """A table with the keys of a type."""

    record: type[msgspec.Struct]


class UnionForm(msgspec.Struct, frozen=True):
    """Any of several forms."""

    forms: "tuple[Form, ...]"


class CheckedForm(msgspec.Struct, frozen=True):
    """A form with limits, which `msgspec.Meta` gives."""

    form: "Form"
    limits: object


class AnyForm(msgspec.Struct, frozen=True):
    """Any value."""


Form: TypeAlias = (
    TextForm
    | NumberForm
    | BooleanForm
    | ChoiceForm
    | ArrayForm
    | TableForm
    | RecordForm
    | UnionForm
    | CheckedForm
    | AnyForm
)


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A key of a record: its attribute, its form, whether it must be given, and its default."""

    attribute: str
    form: Form
    required: bool
    default: object = None


_SCALARS: Mapping[object, Form] = {
    str: TextForm(places=False),
    Text: TextForm(places=True),
    int: NumberForm(whole=True),
    float: NumberForm(whole=False),
    bool: BooleanForm(),
    object: AnyForm(),
}


@cache
def fields(record: type[msgspec.Struct]) -> Mapping[str, Field]:
    """The keys of a record, as they are written."""
    hints = annotations(record)
    defaults = record.__struct_defaults__
    required = len(record.__struct_fields__) - len(defaults)
    padded = (*(msgspec.NODEFAULT,) * required, *defaults)
    written = zip(record.__struct_encode_fields__, record.__struct_fields__, padded, strict=True)
    return {
        key: Field(
            attribute=attribute,
            form=form_of(hints[attribute]),
            required=default is msgspec.NODEFAULT,
            default=default,
        )
        for key, attribute, default in written
    }


def annotations(record: type[msgspec.Struct]) -> Mapping[str, object]:
    """The type annotations of a record, looked up."""
    known = {"Plain": Plain, "Text": Text, "Mapping": Mapping, "Value": object}
    names = {**known, **vars(sys.modules[record.__module__]), "Value": object}
    return get_type_hints(record, localns=names, include_extras=True)


@cache
def form_of(annotation: object) -> Form:
    """The form of a type annotation. Raises `TypeError` for a type that TOML can't give."""
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return RecordForm(annotation)
    origin = get_origin(annotation)
    if origin in (types.UnionType, Union):
        return _union([form_of(each) for each in get_args(annotation) if each is not type(None)])
    if origin is Annotated:
        return _checked(annotation, get_args(annotation))
    return _generic(annotation, origin, get_args(annotation))


def _union(forms: Sequence[Form]) -> Form:
    return forms[0] if len(forms) == 1 else UnionForm(tuple(forms))


def _checked(annotation: object, arguments: Sequence[object]) -> Form:
    form = form_of(arguments[0])
    scalar = isinstance(form, NumberForm) or form == TextForm(places=False)
    limited = any(_limits(each) for each in arguments[1:])
    return CheckedForm(form, annotation) if scalar and limited else form


def _limits(meta: object) -> bool:
    if not isinstance(meta, msgspec.Meta):
        return False
    bounds = (meta.gt, meta.ge, meta.lt, meta.le, meta.multiple_of)
    lengths = (meta.pattern, meta.min_length, meta.max_length)
    return any(limit is not None for limit in (*bounds, *lengths))


def _generic(annotation: object, origin: object, arguments: Sequence[object]) -> Form:
    if origin is Literal:
        return ChoiceForm(get_args(annotation))
    if origin is tuple and arguments[1:] == (...,):
        return ArrayForm(form_of(arguments[0]))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return TableForm(form_of(arguments[1]))
    message = f"an option can't be of type {annotation}"
    raise TypeError(message)


def described(form: Form) -> str:
    """A form in words."""
    match form:
        case NumberForm(whole=whole):
            words = "a whole number" if whole else "a number"
        case ChoiceForm(choices=choices):
            words = either([f"`{_spelt(choice)}`" for choice in choices])
        case ArrayForm(item=item):
            words = f"an array of {_plural(item)}"
        case UnionForm(forms=forms):
            words = either(list(dict.fromkeys(described(each) for each in forms)))
        case CheckedForm(form=inner):
            words = described(inner)
        case _:
            words = _PLAIN_WORDS[type(form)]
    return words


def either(words: Sequence[str]) -> str:
    """Alternatives in words: `a, b or c`."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


_PLAIN_WORDS: Mapping[type[Form], str] = {
    TextForm: "text",
    BooleanForm: "a boolean",
    TableForm: "a table",
    RecordForm: "a table",
    AnyForm: "any value",
}

_PLURALS = {
    "a whole number": "whole numbers",
    "a number": "numbers",
    "a boolean": "booleans",
    "a table": "tables",
    "any value": "values",
}


def _spelt(choice: str | int) -> str:
    return str(choice).lower() if isinstance(choice, bool) else str(choice)


def _plural(form: Form) -> str:
    words = described(form)
    return _PLURALS.get(words, words)
