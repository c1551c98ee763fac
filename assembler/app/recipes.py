"""`assemble recipes` and `assemble schema`: what can be written, from the types it becomes."""

from collections.abc import Mapping

import msgspec

from assembler.config.described import default_text, keys, summary, tables, title, words
from assembler.config.form_schema import Schema
from assembler.config.json_schema import json_schema
from assembler.config.keys import nearest
from assembler.errors import UsageError
from assembler.recipe import HasExpansion, HasOutputs, Recipe

EVERY_PART = "`bin.NAME`, `dir`, `key` and `name`, as every part"
"""The outputs that a part of any recipe has."""


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """A key of a table: what it takes, its default in words, and what it means."""

    key: str
    type: str
    default: str
    meaning: str


class OptionTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table that can be written."""

    name: str
    meaning: str
    options: tuple[Option, ...]


class RecipePage(msgspec.Struct, frozen=True, kw_only=True):
    """A recipe: its options, the tables that these name, what its parts offer and expand to."""

    name: str
    summary: str
    options: OptionTable
    tables: tuple[OptionTable, ...]
    outputs: str
    expansion: str = ""


def page(name: str, recipes: Mapping[str, Recipe]) -> RecipePage:
    """What a recipe understands. Raises `UsageError` where there is no such recipe."""
    if name not in recipes:
        known = ", ".join(f"`{recipe}`" for recipe in sorted(recipes))
        hints = nearest(name, recipes) or (f"the recipes are {known}",)
        raise UsageError(f"unknown recipe `{name}`", hints=hints)
    recipe = recipes[name]
    options, *others = (option_table(record) for record in tables(recipe.options))
    own = summary(type(recipe).outputs) if isinstance(recipe, HasOutputs) else ""
    expansion = summary(type(recipe).expand) if isinstance(recipe, HasExpansion) else ""
    return RecipePage(
        name=name,
        summary=summary(type(recipe)),
        options=options,
        tables=tuple(others),
        outputs=own,
        expansion=expansion,
    )


def option_table(record: type[msgspec.Struct]) -> OptionTable:
    """The keys of a table of this type."""
    options = (
        Option(key=key.name, type=words(key.form), default=default_text(key), meaning=key.meaning)
        for key in keys(record)
    )
    return OptionTable(name=title(record), meaning=summary(record), options=tuple(options))


def summaries(recipes: Mapping[str, Recipe]) -> Mapping[str, str]:
    """Every recipe by name, with what it does in one line."""
    return {name: summary(type(recipes[name])).split("\n\n")[0] for name in sorted(recipes)}


def schema(recipes: Mapping[str, Recipe], *, layer: bool = False) -> Schema:
    """JSON Schema of assembly files that use these recipes, or of layers of them."""
    return json_schema(recipes, layer=layer)
