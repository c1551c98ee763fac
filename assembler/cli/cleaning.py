"""`clean` and `cache`: what goes, in words and as JSON documents."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assembler.cli.console import Console, Json
from assembler.cli.wiring import Wiring

if TYPE_CHECKING:
    from assembler.app.outcomes import Cleaned

_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_STEP = 1000


def clean(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    """Run `assemble clean`."""
    from assembler.app.clean import clean
    from assembler.app.prefixes import built_prefix

    prefix = built_prefix(wiring.checkout, wiring)
    found = clean(prefix, wiring, keep=arguments.keep, dry=arguments.dry_run)
    console.say(_cleaned(found, dry=arguments.dry_run))
    console.document(_cleaned_document(found, dry=arguments.dry_run))
    return 0


def _cleaned(found: Cleaned, *, dry: bool) -> str:
    if not found.anything:
        return "nothing to remove"
    verb = "would remove" if dry else "removed"
    return f"{verb} {', '.join(_things(found))}: {amount(found.size)}"


def _things(found: Cleaned) -> Iterator[str]:
    if found.generations:
        numbers = ", ".join(str(number) for number in found.generations)
        yield f"generation{'s' if found.generations[1:] else ''} {numbers}"
    for count, noun in (
        (len(found.parts), "part"),
        (len(found.wheels), "wheel"),
        (len(found.logs), "log"),
    ):
        if count:
            yield f"{count} {noun}{'' if count == 1 else 's'}"


def _cleaned_document(found: Cleaned, *, dry: bool) -> Json:
    return {
        "changed": found.anything and not dry,
        "generations": list(found.generations),
        "parts": list(found.parts),
        "wheels": list(found.wheels),
        "logs": list(found.logs),
        "bytes": found.size,
    }


def amount(size: int) -> str:
    """A size in the largest unit that gives at least one of it."""
    value, unit = float(size), 0
    while value >= _STEP and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    return f"{value:.{1 if unit else 0}f} {_UNITS[unit]}"
