"""The keys of a table with what each takes and means, from the type that it is converted to."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Annotated, get_args, get_origin

import msgspec

from assembler.config.forms import (
    ArrayForm,
    BooleanForm,
    CheckedForm,
    ChoiceForm,
    Field,
    Form,
    NumberForm,
    RecordForm,
    TableForm,
    TextForm,
    UnionForm,
    annotations,
    fields,
)
from assembler.model.text import Plain


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A key of a table: what it takes, its default (`None`: none), and what it means.

    `schema` holds what only a JSON Schema says of it.
    """

    name: str
    form: Form
    required: bool
    default: object = None
    meaning: str = ""
    schema: Mapping[str, Plain] = {}


def keys(record: type[msgspec.Struct]) -> tuple[Key, ...]:
    """The keys of a table of this type, in their order."""
    return tuple(_keys(record))


def _keys(record: type[msgspec.Struct]) -> Iterator[Key]:
    hints = annotations(record)
    for name, field in fields(record).items():
        metas = _metas(hints[field.attribute])
        yield Key(
            name=name,
            form=field.form,
            required=field.required,
            default=_default(field),
            meaning=" ".join(meta.description for meta in metas if meta.description),
            schema={
                key: text for meta in metas for key, text in (meta.extra_json_schema or {}).items()
            },
        )


def _default(field: Field) -> object:
    """The default of a key; `None` where it stands for nothing."""
    plain = isinstance(field.default, str | int | float)
    return field.default if plain and field.default != "" else None


def _metas(annotation: object) -> tuple[msgspec.Meta, ...]:
    if get_origin(annotation) is not Annotated:
        return ()
    return tuple(note for note in get_args(annotation) if isinstance(note, msgspec.Meta))


def summary(thing: object) -> str:
    """What a docstring says, its lines joined; paragraphs stay apart."""
    paragraphs = (inspect.getdoc(thing) or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def words(form: Form) -> str:
    """What a key takes, in the words of TOML; names of tables of their own stand in asterisks."""
    match form:
        case UnionForm(forms=forms):
            return ", or ".join(dict.fromkeys(map(words, forms)))
        case CheckedForm(form=inner):
            return words(inner)
        case ArrayForm(item=item):
            return f"array: {_held(item)}"
        case TableForm(item=item):
            return f"table: {_held(item)}"
        case RecordForm(record=record):
            return f"*{title(record)}*"
        case _:
            return _plain_words(form)


def _held(item: Form) -> str:
    """What an array or a table holds, in brackets where it is one of several."""
    return f"({words(item)})" if isinstance(item, UnionForm) else words(item)


def _plain_words(form: Form) -> str:
    match form:
        case ChoiceForm(choices=choices):
            return " or ".join(f'`"{choice}"`' for choice in choices)
        case TextForm(places=places):
            return "text with references" if places else "string"
        case NumberForm(whole=whole):
            return "integer" if whole else "number"
        case BooleanForm():
            return "`true` or `false`"
        case _:
            return "any value"


def title(record: type[object]) -> str:
    """The name of a table's type."""
    return record.__name__.strip("_")


def records(form: Form) -> Iterator[type[msgspec.Struct]]:
    """The types of tables that a form names."""
    match form:
        case RecordForm(record=record):
            yield record
        case UnionForm(forms=forms):
            for each in forms:
                yield from records(each)
        case CheckedForm(form=inner) | ArrayForm(item=inner) | TableForm(item=inner):
            yield from records(inner)
        case _:
            return


def tables(record: type[msgspec.Struct]) -> tuple[type[msgspec.Struct], ...]:
    """A type of table, then those that its keys name, and so on."""
    due = [record]
    for each in due:
        for key in keys(each):
            due += [inner for inner in records(key.form) if inner not in due]
    return tuple(due)


def default_text(key: Key) -> str:
    """The default of a key in a few words; empty where there is none."""
    if key.required:
        return "required"
    if key.default is None:
        return ""
    return f"`{str(key.default).lower()}`"
