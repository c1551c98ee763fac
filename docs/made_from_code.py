"""Parts of the reference that are made from the code, so that they can't be wrong.

A page asks for one with the directive `made-from-code`: `commands`, `recipes`, `exit-codes` or
`api`.
"""

import argparse
import inspect
import os
from collections.abc import Iterator
from types import FunctionType
from typing import get_args

import msgspec
from docutils import nodes
from msgspec import inspect as types
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from assembler import api, errors
from assembler.adapters.plugins import installed_recipes
from assembler.cli.arguments import parser
from assembler.model.text import Text

EVERYWHERE = "options everywhere:"
SCALARS: dict[type[types.Type], str] = {
    types.StrType: "string",
    types.BoolType: "`true` or `false`",
    types.IntType: "integer",
    types.FloatType: "number",
    types.AnyType: "any value",
}


def commands() -> Iterator[str]:
    """Every command with its options, from the argument parser."""
    os.environ["COLUMNS"] = "88"
    top = parser()
    listing = next(
        action
        for action in top._actions  # noqa: SLF001 - argparse lists its commands nowhere else
        if isinstance(action, argparse._SubParsersAction)  # noqa: SLF001 - nor names their type
    )
    for name, command in listing.choices.items():
        own = command.format_help().partition(EVERYWHERE)[0]
        yield from (f"## `assemble {name}`", "", "```text", own.strip(), "```", "")
    shared = top.format_help().partition(EVERYWHERE)[2].partition("\n\n")[0]
    yield from ("## Options everywhere", "", "```text", shared.strip("\n"), "```")


def exit_codes() -> Iterator[str]:
    """Exit codes and the errors that they stand for."""
    yield from ("| code | meaning |", "|---|---|", "| 0 | done |")
    meanings: dict[int, list[str]] = {}
    for _, kind in inspect.getmembers(errors, inspect.isclass):
        if issubclass(kind, errors.AssemblerError) and "exit_code" in vars(kind):
            summary = (inspect.getdoc(kind) or "").partition("(exit")[0].strip(" .")
            meanings.setdefault(kind.exit_code, []).append(summary)
    for code, summaries in sorted(meanings.items()):
        if code != errors.AssemblerError.exit_code:
            yield f"| {code} | {'; '.join(summaries)} |"
    yield "| 70 | A bug in assembler; the traceback is in a file whose path is printed |"
    yield "| 129, 130, 143 | Ended by a signal: hang-up, interrupt, termination |"


def public_names() -> Iterator[str]:
    """What recipes may import, with its signature and first sentence."""
    for name in sorted(api.__all__):
        thing: object = getattr(api, name)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            fields = _signature(thing)
            yield from (f"`{name}{fields}`", f": {_summary(thing)}", "")
        else:
            members = ", ".join(f"`{member.__name__}`" for member in get_args(thing))
            yield from (f"`{name}`", f": One of {members}." if members else ": A type alias.", "")


def _signature(thing: type[object] | FunctionType) -> str:
    if inspect.isclass(thing) and not issubclass(thing, msgspec.Struct):
        return ""
    return f"({', '.join(inspect.signature(thing).parameters)})"


def _summary(thing: object) -> str:
    return " ".join((inspect.getdoc(thing) or "").partition("\n\n")[0].split())


def recipes() -> Iterator[str]:
    """Every standard recipe with its options, from their types."""
    for name, recipe in sorted(installed_recipes().items()):
        yield from (f"## `{name}`", "", inspect.getdoc(type(recipe)) or "", "")
        yield from _tables(recipe.options)


def _tables(options: type[msgspec.Struct]) -> Iterator[str]:
    """The options of one type, then the types that these name."""
    due: list[type[object]] = [options]
    for struct in due:
        described = types.type_info(struct)
        assert isinstance(described, types.StructType)
        if struct is not options:
            yield from (f"### {_title(struct)}", "")
        yield from (inspect.getdoc(struct) or "", "", "| key | type | default |", "|---|---|---|")
        for field in described.fields:
            yield f"| `{field.encode_name}` | {_words(field.type)} | {_default(field)} |"
            due += [inner for inner in _structs(field.type) if inner not in due]
        yield ""


def _words(kind: types.Type) -> str:
    match kind:
        case types.StructType(cls=cls):
            return "text with references" if cls is Text else f"*{_title(cls)}*"
        case types.VarTupleType(item_type=item) | types.ListType(item_type=item):
            return f"array: {_words(item)}"
        case types.DictType(value_type=value):
            return f"table: {_words(value)}"
        case types.LiteralType(values=values):
            return " or ".join(f'`"{value}"`' for value in values)
        case types.UnionType(types=alternatives):
            kept = [each for each in alternatives if not isinstance(each, types.NoneType)]
            return ", or ".join(_words(each) for each in kept)
        case _:
            return SCALARS.get(type(kind), type(kind).__name__)


def _structs(kind: types.Type) -> Iterator[type[object]]:
    match kind:
        case types.StructType(cls=cls) if cls is not Text:
            yield cls
        case types.VarTupleType(item_type=item) | types.ListType(item_type=item):
            yield from _structs(item)
        case types.DictType(value_type=value):
            yield from _structs(value)
        case types.UnionType(types=alternatives):
            for alternative in alternatives:
                yield from _structs(alternative)


def _title(struct: type[object]) -> str:
    return struct.__name__.strip("_")


def _default(field: types.Field) -> str:
    if field.required:
        return "required"
    if field.default is types.NODEFAULT or field.default in (None, "", (), Text()):
        return ""
    return f"`{str(field.default).lower()}`"


PARTS = {"api": public_names, "commands": commands, "exit-codes": exit_codes, "recipes": recipes}


class MadeFromCode(SphinxDirective):
    """Puts Markdown that is made from the code into the page."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The nodes of the part that is asked for."""
        text = "\n".join(PARTS[self.arguments[0]]())
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("made-from-code", MadeFromCode)
    return {"parallel_read_safe": True}
