"""Pythons that are said to be there."""

from assembler.errors import MachineError
from assembler.model.target import Interpreter


class ListedInterpreters:
    """The `Interpreters` port: the first of the given full versions that fits."""

    def __init__(self, *versions: str) -> None:
        self._versions = versions

    def find(self, python: str) -> Interpreter:
        wanted = [int(number) for number in python.split(".")]
        for version in self._versions:
            numbers = [int(number) for number in version.split(".")]
            if numbers[:2] == wanted[:2] and numbers >= wanted:
                return Interpreter(executable=f"/usr/bin/python{version}", version=version)
        raise MachineError(f"no CPython {python} found on this machine")
