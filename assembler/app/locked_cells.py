"""What a cell of a lock says of its program: the roots that hold there, its Pythons in words."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from assembler.model.lock import Lock
from assembler.model.platforms import marker_environment
from assembler.model.resolution import Cell
from assembler.model.target import PythonRange

Roots = Mapping[str, Sequence[str]]


def roots_in(lock: Lock, cell: Cell) -> Roots:
    """The requirements of a program that hold in a cell, by the name that they ask for."""
    target = next(target for target in lock.targets if target.name == cell.target)
    environment = {**marker_environment(target, cell.python.version), "extra": ""}
    found: dict[str, list[str]] = {}
    for text in lock.inputs[cell.program].requires:
        with suppress(InvalidRequirement):
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate(environment):
                found.setdefault(canonicalize_name(requirement.name), []).append(text)
    return found


def python_words(python: PythonRange) -> str:
    """A range of patches as a minor version, or as a specifier (PEP 440)."""
    minor = f"{python.major}.{python.minor}"
    if not python.first and python.end is None:
        return minor
    end = f"{python.major}.{python.minor + 1}" if python.end is None else f"{minor}.{python.end}"
    return f">={python.version},<{end}"
