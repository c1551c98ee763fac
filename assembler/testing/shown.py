"""Steps in words."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from assembler.config.values import shown as shown_text
from assembler.model.step import Step
from assembler.model.text import Text

_INDENT = "    "


def shown(steps: Iterable[Step]) -> str:
    """A paragraph for each step: its kind and path, and below it all else that it says."""
    return "\n".join(line for step in steps for line in _step(step))


def _step(step: Step) -> Iterator[str]:
    path = getattr(step, "path", "")
    yield f"{step.__struct_config__.tag} {path}".rstrip()
    for field in msgspec.structs.fields(step):
        value: object = getattr(step, field.name)
        if field.name != "path" and value != _default(field):
            yield from _named(field.encode_name, value)


def _default(field: msgspec.structs.FieldInfo) -> object:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


def _named(name: str, value: object) -> Iterator[str]:
    if isinstance(value, Text) and "\n" in shown_text(value):
        yield f"{_INDENT}{name}:"
        yield from (f"{_INDENT * 2}{line}".rstrip() for line in shown_text(value).splitlines())
    elif isinstance(value, Mapping):
        yield f"{_INDENT}{name}:"
        yield from (f"{_INDENT * 2}{key}: {_value(each)}" for key, each in value.items())
    elif isinstance(value, tuple) and any(isinstance(each, msgspec.Struct) for each in value):
        yield f"{_INDENT}{name}: {' '.join(map(_value, value))}"
    else:
        yield f"{_INDENT}{name}: {_value(value)}".rstrip()


def _value(value: object) -> str:
    if isinstance(value, Text):
        return shown_text(value)
    if isinstance(value, tuple):
        return " ".join(map(_value, value))
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.fields(value)
        return "(" + ", ".join(_value(getattr(value, field.name)) for field in fields) + ")"
    return str(value)
