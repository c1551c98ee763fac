"""Recipes in words."""

import textwrap
from collections.abc import Iterator, Mapping

import msgspec

from assembler.app.recipes import EVERY_PART, OptionTable, RecipePage
from assembler.cli.console import Json

WIDTH = 88


def listing(summaries: Mapping[str, str]) -> str:
    """One line a recipe."""
    width = max(map(len, summaries), default=0)
    return "\n".join(f"{name:{width}}  {summary}" for name, summary in summaries.items())


def listing_document(summaries: Mapping[str, str]) -> Json:
    """The recipes, as JSON."""
    found = [{"name": name, "summary": summary} for name, summary in summaries.items()]
    return {"changed": False, "recipes": found}


def page(found: RecipePage) -> str:
    """A recipe, its options and outputs."""
    return "\n".join(_page(found)).rstrip()


def page_document(found: RecipePage) -> Json:
    """A recipe, its options and outputs, as JSON."""
    plain: Json = msgspec.to_builtins(found)
    return {"changed": False, "recipe": plain}


def _page(found: RecipePage) -> Iterator[str]:
    yield f"{found.name}: {found.options.meaning}"
    yield from ("", *_wrapped(found.summary, ""), "", "options:")
    yield from _options(found.options)
    for table in found.tables:
        yield from (f"{table.name}:", *_wrapped(table.meaning, "  "), "")
        yield from _options(table)
    if found.expansion:
        yield from ("parts that it makes:", *_wrapped(found.expansion, "  "), "")
    yield "outputs:"
    yield from _wrapped(found.outputs, "  ") if found.outputs else ()
    yield from _wrapped(EVERY_PART, "  ")


def _options(table: OptionTable) -> Iterator[str]:
    for option in table.options:
        default = f" ({option.default})" if option.default else ""
        yield f"  {option.key}: {option.type.replace('*', '')}{default}"
        yield from _wrapped(option.meaning, "      ")
    yield ""


def _wrapped(text: str, indent: str) -> Iterator[str]:
    for number, paragraph in enumerate(text.split("\n\n")):
        yield from ("",) if number else ()
        yield from textwrap.wrap(
            paragraph,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_on_hyphens=False,
            break_long_words=False,
        )
