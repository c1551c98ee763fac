"""JSON Schema of what a key takes; a reference may stand for any value."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, get_args

import msgspec

from assembler.config.described import Key, keys, summary, title
from assembler.config.forms import (
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
)

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
Schema: TypeAlias = Mapping[str, Json]

REFERENCE = r"^\$\{.*\}$"
"""What stands for a value of any type."""

HOLDS_REFERENCE: Schema = {"type": "string", "pattern": r"\$\{"}
_LIMITS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
    "min_length": "minLength",
    "pattern": "pattern",
}


class FormSchemas:
    """Makes the schema of each type of table once; `made` holds them by name."""

    def __init__(self) -> None:
        self.made: dict[str, Schema] = {}
        self._names: dict[type[msgspec.Struct], str] = {}

    def table(self, record: type[msgspec.Struct]) -> Schema:
        """A table with the keys of a type, and no others, of which none need be there."""
        found = keys(record)
        properties = {key.name: described(key, self.taken(key)) for key in found}
        return table(properties, description=summary(record))

    def taken(self, key: Key) -> Schema:
        """What a key takes."""
        return _with_limits(self.form(key.form), key.schema)

    def form(self, form: Form) -> Schema:
        """The values of a form."""
        match form:
            case CheckedForm(form=inner, limits=limits):
                return _with_limits(self.form(inner), _limits(limits))
            case UnionForm(forms=forms):
                return any_of([self.form(each) for each in forms])
            case ArrayForm(item=item):
                return _changeable(_spliced(self.form(item)))
            case TableForm(item=item):
                return or_reference({"type": "object", "additionalProperties": self.form(item)})
            case RecordForm(record=record):
                return {"$ref": f"#/$defs/{self._defined(record)}"}
            case _:
                return _scalar(form)

    def _defined(self, record: type[msgspec.Struct]) -> str:
        """The name under which a type of table is defined; a taken one gets a number."""
        if record not in self._names:
            alike = sum(title(each) == title(record) for each in self._names)
            name = self._names[record] = f"{title(record)}{alike + 1 if alike else ''}"
            self.made[name] = or_reference(self.table(record))
        return self._names[record]


def _scalar(form: Form) -> Schema:
    match form:
        case TextForm(places=places):
            return {"type": ["string", "number"] if places else "string"}
        case NumberForm(whole=whole):
            return or_reference({"type": "integer" if whole else "number"})
        case BooleanForm():
            return or_reference({"type": "boolean"})
        case ChoiceForm(choices=choices):
            return any_of([{"enum": list(choices)}, HOLDS_REFERENCE])
        case _:
            return {}


def described(key: Key, taken: Schema) -> Schema:
    """What a key takes, with what it means and its default."""
    default: Json = key.default if isinstance(key.default, str | int | float) else None
    return {
        **({"description": key.meaning} if key.meaning else {}),
        **taken,
        **({"default": default} if default is not None else {}),
    }


def table(properties: Mapping[str, Json], *, description: str) -> Schema:
    """A table with these keys, and no others."""
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def demanded(form: Form) -> Schema:
    """The keys that must be there in the values of a form, and nothing else of it."""
    match form:
        case CheckedForm(form=inner):
            return demanded(inner)
        case UnionForm(forms=forms):
            several = [demanded(each) for each in forms if isinstance(each, RecordForm)]
            return any_of(several) if several and {} not in several else {}
        case ArrayForm(item=item):
            return {"items": demanded(item)} if demanded(item) else {}
        case TableForm(item=item):
            return {"additionalProperties": demanded(item)} if demanded(item) else {}
        case RecordForm(record=record):
            return demanded_keys(record)
        case _:
            return {}


def demanded_keys(record: type[msgspec.Struct]) -> Schema:
    """The keys that a table of this type must have, and those in tables inside it."""
    required = [key.name for key in keys(record) if key.required]
    inner = {key.name: found for key in keys(record) if (found := demanded(key.form))}
    if not (required or inner):
        return {}
    return {"required": required, "properties": inner, "additionalProperties": True}


def any_of(schemas: Iterable[Schema]) -> Schema:
    """Any of several, alternatives of alternatives taken together, each once."""
    flat: list[Schema] = []
    for schema in schemas:
        flat += [each for each in _alternatives(schema) if each not in flat]
    return flat[0] if len(flat) == 1 else {"anyOf": flat}


def _alternatives(schema: Schema) -> Sequence[Schema]:
    inner = schema.get("anyOf")
    if len(schema) > 1 or not isinstance(inner, list):
        return [schema]
    return [each for each in inner if isinstance(each, dict)]


def or_reference(schema: Schema) -> Schema:
    """A value of one type, or a string that is nothing but a reference."""
    return {**schema, "type": [str(schema["type"]), "string"], "pattern": REFERENCE}


def _changeable(elements: Schema) -> Schema:
    """An array, what a layer adds to it and removes from it, or a reference to one."""
    some: Schema = {"type": "array", "items": elements}
    return {
        "type": ["array", "object", "string"],
        "items": elements,
        "properties": {"add": some, "remove": some},
        "additionalProperties": False,
        "pattern": REFERENCE,
    }


def _spliced(element: Schema) -> Schema:
    """An element of an array, which a reference to an array may stand for."""
    strings = element == {} or "string" in str(element.get("type", ""))
    return element if strings else any_of([element, HOLDS_REFERENCE])


def _limits(annotation: object) -> Schema:
    """The limits that `msgspec.Meta` gives, in the words of JSON Schema."""
    found: dict[str, Json] = {}
    for meta in get_args(annotation)[1:]:
        for name, word in _LIMITS.items():
            limit: Json = getattr(meta, name, None)
            if limit is not None:
                found[word] = limit
    return found


def _with_limits(schema: Schema, limits: Schema) -> Schema:
    """The schema with limits on what holds no reference."""
    if "pattern" in limits:
        limits = {**limits, "pattern": f"{limits['pattern']}|{HOLDS_REFERENCE['pattern']}"}
    return {**schema, **limits}
