"""The commands of people who write an assembly file."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from assembler.cli.console import Console
from assembler.cli.wiring import Wiring

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.app.editing import Edited
    from assembler.app.lock_outcomes import Locked
    from assembler.recipe import Recipe


def init(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    """Write a first assembly file."""
    from assembler.app.init import init

    first = init(wiring.here, wiring.file_name, arguments.requirements, wiring)
    for line in first.left_out:
        console.warn(f"left out: {line}")
    console.say(f"wrote {wiring.file_name}")
    for note in first.notes:
        console.say(note)
    console.say("next: `assemble lock` and `assemble build`")
    console.document(
        {
            "changed": True,
            "file": wiring.file_name,
            "parts": [part.name for part in first.parts],
            "left_out": list(first.left_out),
        }
    )
    return 0


def add(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    """Add requirements to a part."""
    from assembler.app.editing import Where, add

    where = Where(arguments.part, wiring.named(arguments.layer) if arguments.layer else None)
    edited = add(wiring.checkout, wiring, where, arguments.requirements, new=arguments.new)
    return _edited(edited, arguments, wiring, console)


def remove(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    """Remove requirements of a part, or a part."""
    from assembler.app.editing import Where, remove

    where = Where(arguments.part, wiring.named(arguments.layer) if arguments.layer else None)
    edited = remove(wiring.checkout, wiring, where, arguments.names)
    return _edited(edited, arguments, wiring, console)


def _edited(edited: Edited, arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    from assembler.cli import edits

    locked = _locked(edited, wiring) if arguments.lock else None
    for line in edits.lines(edited):
        console.say(line)
    if edited.changed or locked:
        for line in edits.locked(locked):
            console.say(line)
    console.document(edits.document(edited, locked))
    return 0


def _locked(edited: Edited, wiring: Wiring) -> Locked:
    """Lock what was edited, or make the file what it was."""
    from assembler.app.editing import take_back
    from assembler.app.lock import lock

    wiring.begin()
    try:
        outcome = lock(wiring.checkout, wiring)
    except BaseException:
        take_back(edited, wiring)
        raise
    wiring.reporter.close()
    return outcome


def graph(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    """Show the graph of parts."""
    from assembler.app.part_graph import part_graph
    from assembler.cli import graphs

    found = part_graph(wiring.checkout, wiring, arguments.parts)
    if arguments.format == "json":
        console = Console(level=console.level, as_json=True)
    else:
        console.result(graphs.FORMATS[arguments.format](found))
    console.document(graphs.document(found))
    return 0


def _known(wiring: Wiring) -> Mapping[str, Recipe]:
    """The recipes that the project here may use; the standard ones where there is none."""
    from assembler.app.known_recipes import known_recipes

    return known_recipes(wiring.checkout, wiring)


def recipes(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    """Show the recipes, or one."""
    from assembler.app.recipes import page, summaries
    from assembler.cli import catalogue

    known = _known(wiring)
    if arguments.name is None:
        found = summaries(known)
        console.result(catalogue.listing(found))
        console.document(catalogue.listing_document(found))
    else:
        shown = page(arguments.name, known)
        console.result(catalogue.page(shown))
        console.document(catalogue.page_document(shown))
    return 0


def schema(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    """Print the JSON Schema of assembly files."""
    import json

    from assembler.app.recipes import schema

    found = schema(_known(wiring), layer=arguments.layer)
    console.result(json.dumps(found, indent=2, ensure_ascii=False))
    console.document(found)
    return 0
