"""The commands of people who write an assembly file."""

import argparse

from assembler.cli.console import Console
from assembler.cli.wiring import Wiring


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
