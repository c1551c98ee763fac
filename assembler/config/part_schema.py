"""JSON Schema of parts: what each recipe's parts may have, and what they must."""

from collections.abc import Mapping

import msgspec

from assembler.config.described import Key, keys, summary
from assembler.config.form_schema import (
    HOLDS_REFERENCE,
    FormSchemas,
    Schema,
    any_of,
    demanded_keys,
    described,
    or_reference,
    table,
)
from assembler.config.tables import PartTable
from assembler.recipe import HasExpansion, Recipe


class PartSchemas:
    """Parts: what editors offer is the keys of all recipes, what a part may have its recipe's."""

    def __init__(self, recipes: Mapping[str, Recipe], forms: FormSchemas) -> None:
        self._forms = forms
        self._options = {name: recipes[name].options for name in sorted(recipes)}
        self._expanding = any(isinstance(each, HasExpansion) for each in recipes.values())
        self._common = {key.name: described(key, forms.taken(key)) for key in keys(PartTable)}
        known = any_of([{"enum": list(self._options)}, HOLDS_REFERENCE])
        self._common["recipe"] = {**self._common["recipe"], "type": "string", **known}

    def part(self) -> Schema:
        """Any part, whole or not."""
        taken = {
            name: {key.name: self._forms.taken(key) for key in keys(record)}
            for name, record in self._options.items()
        }
        offered = self._common | self._offered(taken)
        for name, schemas in taken.items():
            self._forms.made[f"part-{name}"] = self._part_of(name, schemas, offered)
        rules = [_when(name, {"$ref": f"#/$defs/part-{name}"}) for name in self._options]
        return {
            "description": summary(PartTable),
            **or_reference({"type": "object"}),
            "properties": offered,
            "additionalProperties": True,
            "allOf": [*rules, self._otherwise(offered)],
            "x-taplo": {"initKeys": ["recipe"]},
        }

    def whole(self) -> Schema:
        """What a part must have that is not left out and inherits nothing.

        Where recipes expand to parts, it may be one of these, and say only what it has otherwise.
        """
        disabled: Schema = {"properties": {"enabled": {"const": False}}, "required": ["enabled"]}
        demands = {name: demanded_keys(record) for name, record in self._options.items()}
        rules = [_when(name, demand) for name, demand in demands.items() if demand]
        return {
            "if": any_of([disabled, {"required": ["inherits"]}]),
            "else": {
                "required": [] if self._expanding else ["recipe"],
                "allOf": rules,
                "additionalProperties": True,
            },
        }

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
        record: type[msgspec.Struct] = self._options[name]
        narrower = {
            key: anything if schema.items() <= offered[key].items() else schema
            for key, schema in own.items()
        }
        properties = dict.fromkeys(self._common, anything) | narrower
        return {**table(properties, description=summary(record)), "type": ["object", "string"]}

    def _otherwise(self, offered: Mapping[str, Schema]) -> Schema:
        """What a part may have whose recipe is said elsewhere."""
        said: Schema = {"properties": {"recipe": {"enum": list(self._options)}}}
        known: Schema = {**said, "required": ["recipe"]}
        return {"if": {"not": known}, "then": {"propertyNames": {"enum": list(offered)}}}


def _when(recipe: str, then: Schema) -> Schema:
    """What holds for a part of this recipe."""
    said: Schema = {"properties": {"recipe": {"const": recipe}}, "required": ["recipe"]}
    return {"if": said, "then": then}
