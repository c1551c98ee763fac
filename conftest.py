"""Tests of the README and the docs: their Python runs, their assembly files load."""

import re
from pathlib import PurePath

from hypothesis import settings
from sybil import Example, Sybil
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser, SkipParser

from assembler.adapters.plugins import recipes
from assembler.config.compose import compose
from assembler.config.document import parse
from assembler.config.schema import load
from assembler.graph import order

settings.register_profile("assembler", deadline=None, derandomize=True)
settings.load_profile("assembler")


def load_assembly(example: Example) -> None:
    """Load a block that is a whole assembly file, and ask its recipes what they need."""
    if not re.search(r"^\[assembly\]", example.parsed, re.MULTILINE):
        return
    project = load(
        compose([parse(example.parsed, f"{example.path}:{example.line}")]),
        recipes=recipes(),
        folder=PurePath("/project"),
        environment={},
    )
    for part in order(project.parts):
        recipes()[part.recipe].declare(part)


pytest_collect_file = Sybil(
    parsers=[
        PythonCodeBlockParser(),
        CodeBlockParser(language="toml", evaluator=load_assembly),
        SkipParser(),
    ],
    patterns=["*.md"],
    excludes=["docs/_build/**"],
).pytest()
