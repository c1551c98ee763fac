"""The commands of people who write an assembly file."""

import argparse

from assembler.cli.console import Console
from assembler.cli.wiring import Wiring


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


def recipes(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    """Show the recipes, or one."""
    from assembler.app.recipes import page, summaries
    from assembler.cli import catalogue

    if arguments.name is None:
        found = summaries(wiring.recipes)
        console.result(catalogue.listing(found))
        console.document(catalogue.listing_document(found))
    else:
        shown = page(arguments.name, wiring.recipes)
        console.result(catalogue.page(shown))
        console.document(catalogue.page_document(shown))
    return 0


def schema(_arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    """Print the JSON Schema of assembly files."""
    import json

    from assembler.app.recipes import schema

    found = schema(wiring.recipes)
    console.result(json.dumps(found, indent=2, ensure_ascii=False))
    console.document(found)
    return 0
