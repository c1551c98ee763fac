"""Words for a value whose type is wrong."""

import re
from collections.abc import Mapping

from assembler.config.forms import (
    ArrayForm,
    BooleanForm,
    ChoiceForm,
    Field,
    Form,
    NumberForm,
    RecordForm,
    TextForm,
    UnionForm,
    either,
    fields,
)
from assembler.config.keys import dotted, nearest, quoted
from assembler.config.node import Node
from assembler.config.values import kind, literal, shown
from assembler.errors import ConfigurationError
from assembler.model.text import Text

_WHERE_SECRETS_ARE = 'say where its value is: `{ env = "NAME" }` or `{ file = "PATH" }`'
_SPECIFIER = r"[<>=!~]=?|\*?$"


def mismatch(node: Node, wanted: str, form: Form) -> ConfigurationError:
    """A value of another type than the wanted one, with a hint how to write it."""
    got = kind(node.value)
    if isinstance(form, ChoiceForm) and isinstance(node.value, str):
        got = quoted(node.value)
    message = f"`{dotted(node.path)}` must be {wanted}, not {got}"
    if node.path[:1] == ("secrets",):
        return ConfigurationError(message, origin=node.origin, hints=(_WHERE_SECRETS_ARE,))
    return ConfigurationError(message, origin=node.origin, hints=_hints(node, form))


def places_refused(node: Node, text: Text) -> ConfigurationError:
    """A text whose places or secrets are known too late."""
    if secrets := " and ".join(f"the secret `{name}`" for name in text.secrets):
        message = f"`{dotted(node.path)}` must be known before the build: it can't hold {secrets}"
        hints = ("a secret may stand in what a `template` writes",)
        return ConfigurationError(message, origin=node.origin, hints=hints)
    message = f"`{dotted(node.path)}` must be known before the build, but it is `{shown(text)}`"
    return ConfigurationError(message, origin=node.origin)


def _hints(node: Node, form: Form) -> tuple[str, ...]:
    spelling = node.source.spelling(node.path)
    hints: tuple[str, ...]
    match form:
        case TextForm() if isinstance(node.value, int | float) and spelling[:1] not in ("'", '"'):
            hints = (_quotes_missing(spelling, node.value),)
        case TextForm() if isinstance(node.value, int | float) and "${" in spelling:
            hints = ("put quotes around the value where it is written",)
        case NumberForm() if isinstance(node.value, str) and node.value.isdecimal():
            hints = (f"write {node.value} without quotes",)
        case BooleanForm() if node.value in ("true", "false"):
            hints = (f"write {node.value} without quotes",)
        case ChoiceForm(choices=choices) if isinstance(node.value, str):
            hints = nearest(node.value, [each for each in choices if isinstance(each, str)])
        case UnionForm(forms=forms):
            hints = next(filter(None, (_hints(node, each) for each in forms)), ())
        case _:
            hints = _hints_for_containers(node, form)
    return hints


def _hints_for_containers(node: Node, form: Form) -> tuple[str, ...]:
    match form:
        case ArrayForm(item=TextForm()) if isinstance(node.value, str):
            return (f"write {_as_array(node.value)}",)
        case ArrayForm(item=TextForm()) if isinstance(node.value, Mapping):
            return _requirements(node)
        case RecordForm(record=record) if isinstance(node.value, str):
            return _as_table(node, node.value, fields(record))
        case _:
            return ()


def _as_array(text: str) -> str:
    """The array that a text of several lines, or with commas or blanks, was meant to be."""
    lines = [line for line in re.split(r"\s*[,\n]\s*", text.strip()) if line]
    return f"[{', '.join(quoted(line) for line in lines)}]"


def _requirements(node: Node) -> tuple[str, ...]:
    """The array that a table of names and version specifiers was meant to be."""
    values = {name: entry.value for name, entry in node.table.items()}
    if not all(isinstance(value, str) and re.match(_SPECIFIER, value) for value in values.values()):
        return ("an array of an earlier layer is changed by `{ add = […], remove = […] }`",)
    written = (quoted(f"{name}{value}".removesuffix("*")) for name, value in values.items())
    return (f"write [{', '.join(written)}]",)


def _as_table(node: Node, text: str, known: Mapping[str, Field]) -> tuple[str, ...]:
    """The table that a text was meant to be."""
    required = [key for key, field in known.items() if field.required]
    above = node.path[:-1]
    if above == ("parts",):
        recipe = f"recipe = {quoted(text)}"
        return (f"write `[{dotted(node.path)}]`, and below it `{recipe}`",)
    if above == ("index",):
        return ("each index has a name: `[index.NAME]`",)
    if len(required) == 1:
        return (f"write {{ {required[0]} = {quoted(text)} }}",)
    return (f"it is a table with {either([f'`{key}`' for key in known])}",)


def _quotes_missing(spelling: str, value: float) -> str:
    right = f"write {quoted(spelling)}"
    if literal(value) != spelling:
        return f"{spelling} without quotes is the number {literal(value)}: {right}"
    return right
