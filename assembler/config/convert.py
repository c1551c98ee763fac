"""Converts values to the types of options, leaf by leaf, so that all faults add up."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeGuard, TypeVar

import msgspec
import tomli

from assembler.config.forms import (
    AnyForm,
    ArrayForm,
    BooleanForm,
    CheckedForm,
    ChoiceForm,
    Form,
    NumberForm,
    RecordForm,
    TableForm,
    TextForm,
    UnionForm,
    described,
    fields,
)
from assembler.config.keys import dotted
from assembler.config.node import Content, Node
from assembler.config.plain import plain
from assembler.config.values import literal, spelt
from assembler.errors import AssemblerError, ConfigurationError
from assembler.model.text import Plain, Text

Record = TypeVar("Record", bound=msgspec.Struct)


class _Fault:
    """What stands for a value whose fault is recorded."""


_FAULT = _Fault()

_MOST_FAULTS = 1000
"""How many values of a wrong type are told of at once."""


class Converter:
    """Collects faults while it converts.

    `faults` holds them; `settled` the scalars whose type the schema decided, by their node's id.
    """

    def __init__(self) -> None:
        self.faults: list[AssemblerError] = []
        self.settled: dict[int, Plain] = {}

    def record(
        self, node: Node, wanted: type[Record], label: str, besides: Sequence[str] = ()
    ) -> Record | None:
        """Convert a table to a type, which messages call `label`; `None` if there is a fault.

        `besides` are further keys that hints may name.
        """
        if not isinstance(node.value, Mapping):
            if node.value is not None:
                self._wrong(node, RecordForm(wanted))
            return None
        found = self._record(node, wanted, label, besides)
        return found if isinstance(found, wanted) else None

    def _convert(self, node: Node, form: Form) -> object:
        if node.value is None:
            return _FAULT
        found: object
        match form:
            case UnionForm(forms=forms):
                found = self._union(node, forms)
            case CheckedForm(form=inner, limits=limits):
                found = self._checked(node, inner, limits)
            case ChoiceForm(choices=choices):
                found = self._choice(node, choices)
            case TextForm(places=places):
                found = self._text(node, places=places)
            case NumberForm() | BooleanForm():
                found = self._scalar(node, form)
            case AnyForm():
                found = plain(node, self.settled)
            case _:
                found = self._container(node, form)
        return found

    def _container(self, node: Node, form: ArrayForm | TableForm | RecordForm) -> object:
        match form, node.value:
            case ArrayForm(item=item), tuple(array):
                elements = tuple(self._convert(element, item) for element in array)
                return _FAULT if _FAULT in elements else elements
            case TableForm(item=item), Mapping() as table:
                entries = {key: self._convert(entry, item) for key, entry in table.items()}
                return _FAULT if _FAULT in entries.values() else entries
            case RecordForm(record=record), Mapping():
                return self._record(node, record, f"`{dotted(node.path)}`")
            case _:
                return self._wrong(node, form)

    def _record(
        self,
        node: Node,
        record: type[msgspec.Struct],
        label: str,
        besides: Sequence[str] = (),
    ) -> object:
        known = fields(record)
        tag = record.__struct_config__.tag_field
        values = {
            known[key].attribute: self._convert(entry, known[key].form)
            for key, entry in node.table.items()
            if key in known
        }
        absent = [key for key, field in known.items() if field.required and key not in node.table]
        unknown = [key for key in node.table if key not in known and key != tag][:_MOST_FAULTS]
        misspelt = _misspelt(unknown, known)
        self.faults += [_missing(node, key, label) for key in absent if key not in misspelt]
        self.faults += [_unknown(node, key, (*known, *besides), label) for key in unknown]
        if absent or unknown or _FAULT in values.values():
            return _FAULT
        try:
            return record(**values)
        except (ValueError, TypeError) as error:
            self.faults.append(ConfigurationError(str(error), origin=node.key_origin))
        except AssemblerError as error:
            error.origin = error.origin or node.key_origin
            self.faults.append(error)
        return _FAULT

    def _union(self, node: Node, forms: Sequence[Form]) -> object:
        fitting = [form for form in forms if _fits(form, node)]
        fitting = fitting or [form for form in forms if _can_become(form, node)]
        if not fitting:
            return self._wrong(node, UnionForm(tuple(forms)))
        return self._convert(node, max(fitting, key=lambda form: _likeness(form, node)))

    def _checked(self, node: Node, form: Form, limits: object) -> object:
        value = self._convert(node, form)
        if value is _FAULT:
            return value
        try:
            return msgspec.convert(value, type=limits)
        except msgspec.ValidationError as error:
            message = f"`{dotted(node.path)}`: {str(error)[:1].lower()}{str(error)[1:]}"
            self.faults.append(ConfigurationError(message, origin=node.origin))
            return _FAULT

    def _choice(self, node: Node, choices: Sequence[str | int | bool]) -> object:
        for value in (node.value, node.spelling):
            for choice in choices:
                if value == choice and type(value) is type(choice):
                    return self._settle(node, choice)
        return self._wrong(node, ChoiceForm(tuple(choices)))

    def _scalar(self, node: Node, form: NumberForm | BooleanForm) -> object:
        value: object = node.value
        if node.spelling is not None and isinstance(value, str):
            value = _typed(value)
        match form:
            case BooleanForm() if isinstance(value, bool):
                return self._settle(node, value)
            case NumberForm(whole=True) if _is_number(value) and isinstance(value, int):
                return self._settle(node, value)
            case NumberForm(whole=False) if _is_number(value):
                return self._settle(node, float(value))
            case _:
                return self._wrong(node, form)

    def _text(self, node: Node, *, places: bool) -> object:
        value = node.value
        if node.spelling is not None and not isinstance(value, str):
            value = self._settle(node, node.spelling)
        if isinstance(value, Text) and not places:
            from assembler.config.mismatch import (  # noqa: PLC0415 - few values are wrong
                places_refused,
            )

            self.faults.append(places_refused(node, value))
            return _FAULT
        if isinstance(value, str):
            return Text.of(value) if places else value
        if _is_number(value) and places and not _rounded(node):
            return Text.of(literal(value))
        return value if isinstance(value, Text) else self._wrong(node, TextForm(places))

    def _settle(self, node: Node, value: Plain) -> Plain:
        """Keep the value that the schema made of an untyped one."""
        if node.spelling is not None:
            self.settled[id(node)] = value
        return value

    def _wrong(self, node: Node, form: Form) -> _Fault:
        from assembler.config.mismatch import mismatch  # noqa: PLC0415 - few values are wrong

        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(mismatch(node, described(form), form))
        return _FAULT


def _misspelt(unknown: Sequence[str], known: Collection[str]) -> Collection[str]:
    """The known keys that were probably meant by unknown ones."""
    if not unknown:
        return ()
    from assembler.config.synonyms import meant  # noqa: PLC0415 - few keys are unknown

    return {match for key in unknown for match in meant(key, known)}


def _missing(node: Node, key: str, label: str) -> AssemblerError:
    return ConfigurationError(f"missing key `{key}` of {label}", origin=node.key_origin)


def _unknown(node: Node, key: str, known: Sequence[str], label: str) -> AssemblerError:
    from assembler.config.synonyms import key_hints  # noqa: PLC0415 - few keys are unknown

    origin = node.table[key].key_origin
    hints = key_hints(key, known)
    if not hints and known:
        hints = (f"it may have {', '.join(f'`{name}`' for name in known)}",)
    return ConfigurationError(f"unknown key `{key}` of {label}", origin=origin, hints=hints)


def _fits(form: Form, node: Node) -> bool:
    """Whether a value is just of a form."""
    value = node.value
    match form:
        case TextForm(places=places):
            fits = isinstance(value, str) or (isinstance(value, Text) and places)
        case NumberForm(whole=whole):
            fits = _is_number(value) and not (whole and isinstance(value, float))
        case BooleanForm():
            fits = isinstance(value, bool)
        case ChoiceForm(choices=choices):
            fits = any(value == each and type(value) is type(each) for each in choices)
        case CheckedForm(form=inner):
            fits = _fits(inner, node)
        case _:
            fits = _fits_container(form, value)
    return fits


def _fits_container(form: Form, value: Content) -> bool:
    match form:
        case ArrayForm():
            return isinstance(value, tuple)
        case TableForm() | RecordForm():
            return isinstance(value, Mapping)
        case _:
            return True


def _can_become(form: Form, node: Node) -> bool:
    """Whether a value of another form can be taken for one, or refused with better words."""
    match form:
        case TextForm(places=places):
            number = places and _is_number(node.value)
            return isinstance(node.value, Text) or node.spelling is not None or number
        case NumberForm() | BooleanForm():
            return node.spelling is not None
        case _:
            return False


def _rounded(node: Node) -> bool:
    """Whether a number was written with zeros that it does not keep, such as `3.10`."""
    return isinstance(node.value, float) and literal(node.value) != spelt(node)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _likeness(form: Form, node: Node) -> int:
    """How many keys of a table a record knows; a right tag outweighs them."""
    if not isinstance(form, RecordForm):
        return 0
    settings = form.record.__struct_config__
    tag = node.child(settings.tag_field) if settings.tag_field else None
    known = sum(key in fields(form.record) for key in node.table)
    return known + 1000 * (tag is not None and tag.value == settings.tag)


def _typed(text: str) -> object:
    """The number or boolean that untyped text stands for, if any."""
    try:
        value = tomli.loads(f"value={text}")["value"]
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, int | float) else text
