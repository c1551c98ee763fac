"""Parts of the reference that are made from the code, so that they can't be wrong.

A page asks for one with the directive `made-from-code`: `commands`, `recipes`, `exit-codes`, `api`,
the type of a table in the file, or `further-tables` for those that it does not ask for itself.
"""

import argparse
import inspect
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import FunctionType
from typing import get_args

import msgspec
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from assembler import api, errors
from assembler.adapters.plugins import recipes as installed_recipes
from assembler.app.recipes import OptionTable, option_table, page
from assembler.cli.arguments import parser
from assembler.config.described import tables, title
from assembler.config.tables import AssemblyFile
from assembler.config.user import CredentialsTable, UserTable
from assembler.model.limits import Limits

EVERYWHERE = "options everywhere:"


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
    installed = installed_recipes()
    for name in sorted(installed):
        found = page(name, installed)
        yield from (f"## `{name}`", "", found.summary, "", found.options.meaning, "")
        yield from _options(found.options)
        for other in found.tables:
            yield from (f"### {other.name}", "", other.meaning, "")
            yield from _options(other)
        yield from (f"Outputs: {found.outputs}" if found.outputs else "", "")


def _options(table: OptionTable) -> Iterator[str]:
    yield from ("| key | type | default | meaning |", "|---|---|---|---|")
    for option in table.options:
        cells = (f"`{option.key}`", option.type, option.default, option.meaning)
        yield f"| {' | '.join(cells)} |"
    yield ""


def _table(record: type[msgspec.Struct]) -> Iterator[str]:
    """The keys of one table."""
    return _options(option_table(record))


def further_tables() -> Iterator[str]:
    """The tables of the file that the page asks for nowhere else."""
    text = Path(__file__).with_name("reference").joinpath("configuration.md").read_text()
    for record in tables(AssemblyFile):
        if f"{{made-from-code}} {title(record)}\n" not in text:
            found = option_table(record)
            yield from (f"### {found.name}", "", found.meaning, "")
            yield from _options(found)


TABLES: tuple[type[msgspec.Struct], ...] = (
    *tables(AssemblyFile),
    UserTable,
    CredentialsTable,
    Limits,
)

PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "api": public_names,
    "commands": commands,
    "exit-codes": exit_codes,
    "further-tables": further_tables,
    "recipes": recipes,
    **{title(record): partial(_table, record) for record in TABLES},
}


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
