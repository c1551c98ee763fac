"""Words for a value whose type is wrong."""

import re

from assembler.config.forms import (
    ArrayForm,
    BooleanForm,
    ChoiceForm,
    Form,
    NumberForm,
    RecordForm,
    TextForm,
    UnionForm,
)
from assembler.config.keys import dotted, nearest, quoted
from assembler.config.node import Node
from assembler.config.values import kind, literal, shown
from assembler.errors import ConfigurationError
from assembler.model.text import Text


def mismatch(node: Node, wanted: str, form: Form) -> ConfigurationError:
    """A value of another type than the wanted one, with a hint how to write it."""
    got = kind(node.value)
    if isinstance(form, ChoiceForm) and isinstance(node.value, str):
        got = quoted(node.value)
    message = f"`{dotted(node.path)}` must be {wanted}, not {got}"
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
        case NumberForm() if isinstance(node.value, str) and node.value.isdecimal():
            hints = (f"write {node.value} without quotes",)
        case BooleanForm() if node.value in ("true", "false"):
            hints = (f"write {node.value} without quotes",)
        case ArrayForm(item=TextForm()) if isinstance(node.value, str):
            hints = (f"write {_as_array(node.value)}",)
        case RecordForm() if node.path[:-1] == ("parts",) and isinstance(node.value, str):
            recipe = f"recipe = {quoted(node.value)}"
            hints = (f"write `[{dotted(node.path)}]`, and below it `{recipe}`",)
        case ChoiceForm(choices=choices) if isinstance(node.value, str):
            hints = nearest(node.value, [each for each in choices if isinstance(each, str)])
        case UnionForm(forms=forms):
            hints = next(filter(None, (_hints(node, each) for each in forms)), ())
        case _:
            hints = ()
    return hints


def _as_array(text: str) -> str:
    """The array that a text of several lines, or with commas or blanks, was meant to be."""
    lines = [line for line in re.split(r"\s*[,\n]\s*", text.strip()) if line]
    return f"[{', '.join(quoted(line) for line in lines)}]"


def _quotes_missing(spelling: str, value: float) -> str:
    right = f"write {quoted(spelling)}"
    if literal(value) != spelling:
        return f"{spelling} without quotes is the number {literal(value)}: {right}"
    return right
