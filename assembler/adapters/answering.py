"""Answers questions for `conversations.py`, as a script in a process of its own.

Its arguments: the descriptors that questions are read from and answers written to, the
`module:name` that makes the function which answers, and `NAME=FOLDER` for each import package that
it is given besides what its Python has.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType


class Given:
    """Finds import packages by name, each in a folder of which nothing else can be imported."""

    def __init__(self, folders: Mapping[str, str]) -> None:
        self._folders = folders

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where an outermost import package is that was given; others are found elsewhere."""
        folder = self._folders.get(name) if path is None else None
        return PathFinder.find_spec(name, [folder], target) if folder else None


def serve(arguments: Sequence[str]) -> None:
    """Answer until nothing more is asked."""
    questions, answers, function, *given = arguments
    for descriptor in (int(questions), int(answers)):
        os.set_inheritable(descriptor, False)  # noqa: FBT003 - it takes no keyword
    sys.meta_path.insert(0, Given(dict(each.split("=", 1) for each in given)))
    module, _, name = function.partition(":")
    answer = getattr(import_module(module), name)()
    with os.fdopen(int(questions), "rb") as asked, os.fdopen(int(answers), "wb") as answered:
        for question in asked:
            answered.write(answer(question[:-1]) + b"\n")
            answered.flush()


if __name__ == "__main__":
    serve(sys.argv[1:])
