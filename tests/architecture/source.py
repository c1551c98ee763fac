"""The project's own source, as the architecture tests read it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[2]
SOURCES = (PROJECT / "assembler", PROJECT / "recipes" / "assembler_recipes")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules() -> Iterator[tuple[str, str]]:
    """Every module of the product: its path relative to the checkout, and its text."""
    for folder in SOURCES:
        for path in sorted(folder.rglob("*.py")):
            yield path.relative_to(PROJECT).as_posix(), path.read_text(encoding="utf-8")


def functions(text: str) -> Iterator[Function]:
    """Every function and method in a module."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, Function):
            yield node


def class_names(text: str) -> Iterator[str]:
    """The names of the classes that a module defines."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            yield node.name


def words(name: str) -> list[str]:
    """The words of an identifier: `wheelStore`, `wheel_store` and `WheelStore` have two."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]
