"""JSON Schema (2020-12) of assembly files, with the options of every recipe."""

from collections.abc import Mapping

from assembler.config.described import Key, keys, summary
from assembler.config.form_schema import (
    HOLDS_REFERENCE,
    FormSchemas,
    Schema,
    any_of,
    described,
    or_reference,
    table,
)
from assembler.config.forms import RecordForm, TableForm, UnionForm
from assembler.config.tables import AssemblyFile, PartTable, PathSource
from assembler.recipe import Recipe

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PATH_KEY = r"^\.|[/*?\[\]]"


def json_schema(recipes: Mapping[str, Recipe]) -> Schema:
    """The schema of an assembly file whose parts may use these recipes."""
    forms = FormSchemas()
    parts = _Parts(recipes, forms)
    found = keys(AssemblyFile)
    file = table(
        {key.name: described(key, _of_file(key, forms, parts)) for key in found},
        required=[key.name for key in found if key.required],
        description=summary(AssemblyFile),
    )
    made = dict(sorted(forms.made.items()))
    return {"$schema": DIALECT, "title": "assembly.toml", **file, "$defs": made}


def _of_file(key: Key, forms: FormSchemas, parts: "_Parts") -> Schema:
    """A table of the file, which no reference can stand for."""
    match key.form:
        case TableForm(item=RecordForm(record=record)) if record is PartTable:
            return {"type": "object", "additionalProperties": parts.part()}
        case TableForm(item=UnionForm(forms=others)) if RecordForm(PathSource) in others:
            named = [form for form in others if form != RecordForm(PathSource)]
            return {
                "type": "object",
                "patternProperties": {_PATH_KEY: forms.form(RecordForm(PathSource))},
                "additionalProperties": forms.form(UnionForm(tuple(named))),
            }
        case TableForm(item=item):
            return {"type": "object", "additionalProperties": forms.form(item)}
        case RecordForm(record=record):
            return forms.table(record)
        case form:
            return forms.form(form)


class _Parts:
    """Parts: what editors offer is the keys of all recipes, what a part may have its recipe's."""

    def __init__(self, recipes: Mapping[str, Recipe], forms: FormSchemas) -> None:
        self._forms = forms
        self._options = {name: recipes[name].options for name in sorted(recipes)}
        self._common = {key.name: described(key, forms.taken(key)) for key in keys(PartTable)}
        known = any_of([{"enum": list(self._options)}, HOLDS_REFERENCE])
        self._common["recipe"] = {**self._common["recipe"], "type": "string", **known}

    def part(self) -> Schema:
        """Any part, under the name `part`."""
        taken = {
            name: {key.name: self._forms.taken(key) for key in keys(record)}
            for name, record in self._options.items()
        }
        offered = self._common | self._offered(taken)
        for name, schemas in taken.items():
            self._forms.made[f"part-{name}"] = self._part_of(name, schemas, offered)
        disabled: Schema = {"properties": {"enabled": {"const": False}}, "required": ["enabled"]}
        rules = [*(_when(name) for name in self._options), self._otherwise(offered)]
        self._forms.made["part"] = {
            "description": summary(PartTable),
            **or_reference({"type": "object"}),
            "properties": offered,
            "if": disabled,
            "else": {"required": ["recipe"], "allOf": rules},
            "x-taplo": {"initKeys": ["recipe"]},
        }
        return {"$ref": "#/$defs/part"}

    def _offered(self, taken: Mapping[str, Mapping[str, Schema]]) -> dict[str, Schema]:
        """The keys of all recipes; one that several have takes what any of them does."""
        found: dict[str, dict[str, Key]] = {}
        for name, record in self._options.items():
            for key in keys(record):
                found.setdefault(key.name, {})[name] = key
        offered: dict[str, Schema] = {}
        for key_name, by_recipe in found.items():
            schema = any_of([taken[name][key_name] for name in by_recipe])
            (first, *others) = by_recipe.values()
            alike = all((first.meaning, first.default) == (o.meaning, o.default) for o in others)
            told = "\n\n".join(f"`{name}`: {key.meaning}" for name, key in by_recipe.items())
            several: Schema = {"description": told, **schema}
            offered[key_name] = described(first, schema) if alike else several
        return offered

    def _part_of(
        self, name: str, own: Mapping[str, Schema], offered: Mapping[str, Schema]
    ) -> Schema:
        """What a part of one recipe may have, beyond what holds for a part of any."""
        anything: Schema = {}
        record = self._options[name]
        narrower = {
            key: anything if schema.items() <= offered[key].items() else schema
            for key, schema in own.items()
        }
        return table(
            dict.fromkeys(self._common, anything) | narrower,
            required=[key.name for key in keys(record) if key.required],
            description=summary(record),
        )

    def _otherwise(self, offered: Mapping[str, Schema]) -> Schema:
        """What a part must be whose recipe a reference names."""
        known: Schema = {"properties": {"recipe": {"enum": list(self._options)}}}
        return {"if": {"not": known}, "then": {"propertyNames": {"enum": list(offered)}}}


def _when(recipe: str) -> Schema:
    """What a part of this recipe must be."""
    return {
        "if": {"properties": {"recipe": {"const": recipe}}, "required": ["recipe"]},
        "then": {"$ref": f"#/$defs/part-{recipe}"},
    }
