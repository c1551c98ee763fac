"""The strings of a document that was parsed, in order: its keys and its values."""

import itertools
from collections.abc import Callable, Iterator


def strings(tree: object) -> Iterator[str]:
    """Each string, wherever it stands."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for key, value in tree.items():
            yield from (*strings(key), *strings(value))
    elif isinstance(tree, list | tuple):
        for value in tree:
            yield from strings(value)


def replaced(tree: object, number: int, change: Callable[[str], str]) -> object:
    """The document with the so many-th string changed, counted from 0."""
    counter = itertools.count()

    def visit(value: object) -> object:
        if isinstance(value, str):
            return change(value) if next(counter) == number else value
        if isinstance(value, dict):
            return {visit(key): visit(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [visit(inner) for inner in value]
        return value

    return visit(tree)
