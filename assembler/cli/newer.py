"""Newer versions than the lock has, in words."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from assembler.app.outdated import Outdated, due
from assembler.cli.console import Json


def outdated(found: Sequence[Outdated]) -> str:
    """One line for each distribution, below the name of its program."""
    if not found:
        return "everything is at its newest version"
    return "\n".join(_lines(found))


def outdated_document(found: Sequence[Outdated]) -> Json:
    """What is outdated, as JSON."""
    plain: Json = msgspec.to_builtins(found)
    return {"changed": False, "due": due(found), "outdated": plain}


def _lines(found: Sequence[Outdated]) -> Iterator[str]:
    for program, group in groupby(found, key=lambda one: one.program):
        yield f"{program}:"
        yield from (f"  {_line(one)}" for one in group)


def _line(one: Outdated) -> str:
    upgrade = f" → {one.upgrade}" if one.upgrade else ""
    where = "" if one.everywhere else f" on {', '.join(one.targets)}"
    because = f": {one.held}" if one.held else ""
    held = f"  ({one.newest} is held back{because})" if one.newest else ""
    return f"{one.name} {one.version}{upgrade}{where}{held}"
