"""Parts of the reference that are made from the code, so that they can't be wrong.

A page asks for one with the directive `made-from-code`: `commands`, `recipes`, `exit-codes` or
`api`.
"""

import argparse
import inspect
import os
from collections.abc import Iterator
from types import FunctionType, NoneType, UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

import msgspec
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from assembler import api, errors
from assembler.adapters.plugins import recipes as installed_recipes
from assembler.cli.arguments import parser
from assembler.model.text import Text

EVERYWHERE = "options everywhere:"
TERMS: dict[type[object], str] = {
    str: "string",
    bool: "`true` or `false`",
    int: "integer",
    float: "number",
    Text: "text with references",
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
    if not inspect.isclass(thing):
        return f"({', '.join(inspect.signature(thing).parameters)})"
    if issubclass(thing, msgspec.Struct):
        return f"({', '.join(thing.__struct_fields__)})"
    return ""


def _summary(thing: object) -> str:
    return " ".join((inspect.getdoc(thing) or "").partition("\n\n")[0].split())


def recipes() -> Iterator[str]:
    """Every standard recipe with its options, from their types."""
    for name, recipe in sorted(installed_recipes().items()):
        yield from (f"## `{name}`", "", inspect.getdoc(type(recipe)) or "", "")
        yield from _tables(recipe.options)


def _tables(options: type[msgspec.Struct]) -> Iterator[str]:
    """The options of one type, then the types that these name."""
    due = [options]
    for struct in due:
        if struct is not options:
            yield from (f"### {_title(struct)}", "")
        yield from (inspect.getdoc(struct) or "", "")
        yield from ("| key | type | default | meaning |", "|---|---|---|---|")
        for field in msgspec.structs.fields(struct):
            cells = (f"`{field.encode_name}`", _words(field.type), _default(field), _meaning(field))
            yield f"| {' | '.join(cells)} |"
            due += [inner for inner in _structs(field.type) if inner not in due]
        yield ""


def _words(annotation: object) -> str:
    """A type, in the words of TOML."""
    arguments = [each for each in get_args(annotation) if each is not NoneType]
    match get_origin(annotation):
        case None:
            words = _plain_words(annotation)
        case origin if origin is Annotated:
            words = _words(arguments[0])
        case origin if origin is Literal:
            words = " or ".join(f'`"{value}"`' for value in arguments)
        case origin if origin in (Union, UnionType):
            words = ", or ".join(dict.fromkeys(map(_words, arguments)))
        case origin if origin in (tuple, frozenset):
            words = f"array: {_words(arguments[0])}"
        case _:
            words = f"table: {_words(arguments[-1])}"
    return words


def _plain_words(annotation: object) -> str:
    if not isinstance(annotation, type):
        return "any value"
    if issubclass(annotation, msgspec.Struct) and annotation is not Text:
        return f"*{_title(annotation)}*"
    return TERMS.get(annotation, "any value")


def _structs(annotation: object) -> Iterator[type[msgspec.Struct]]:
    """The types of tables that a type names."""
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        yield from () if annotation is Text else (annotation,)
    for argument in get_args(annotation):
        yield from _structs(argument)


def _title(struct: type[object]) -> str:
    return struct.__name__.strip("_")


def _meaning(field: msgspec.structs.FieldInfo) -> str:
    if get_origin(field.type) is not Annotated:
        return ""
    notes = [note for note in get_args(field.type) if isinstance(note, msgspec.Meta)]
    return " ".join(note.description or "" for note in notes)


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    if field.default in (msgspec.NODEFAULT, None, "", (), Text()):
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
