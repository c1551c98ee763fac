"""`clean` and `cache`: what goes, in words and as JSON documents."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assembler.cli.console import Console, Json
from assembler.cli.wiring import Wiring
from assembler.errors import UsageError

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


def cache(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    """Run `assemble cache`."""
    limited = (arguments.older, arguments.size) != (None, None) or arguments.dry_run
    if limited and arguments.action != "clean":
        raise UsageError("`--older`, `--size` and `--dry-run` go with `assemble cache clean`")
    return _ACTIONS[arguments.action](arguments, wiring, console)


def _cache_dir(_arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    console.result(str(wiring.cache))
    console.document({"changed": False, "directory": str(wiring.cache)})
    return 0


def _cache_verify(_arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    from assembler.app.cache import verify

    count = verify(wiring.cache, wiring)
    console.say(f"{count} entries of the cache are as they were kept")
    console.document({"changed": False, "entries": count})
    return 0


def _cache_clean(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    from assembler.app.cache import Limit, clean

    if arguments.older is not None and arguments.older < 0:
        raise UsageError(f"--older must be a number of days, not {arguments.older}")
    size = None if arguments.size is None else _bytes(arguments.size)
    limit, dry = Limit(days=arguments.older, size=size), arguments.dry_run
    found = clean(wiring.cache, wiring, limit, dry=dry)
    entries = "entry" if found.entries == 1 else "entries"
    verb = "would drop" if dry else "dropped"
    console.say(
        f"{verb} {found.entries} {entries}, {amount(found.size)}; {amount(found.left)} left"
    )
    changed = bool(found.entries) and not dry
    console.document(
        {"changed": changed, "entries": found.entries, "bytes": found.size, "left": found.left}
    )
    return 0


_ACTIONS = {"dir": _cache_dir, "verify": _cache_verify, "clean": _cache_clean}


def _bytes(text: str) -> int:
    """A size as people write it: a number, and a unit if it is not bytes."""
    import re

    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kMGT]?)B?", text)
    if match is None:
        raise UsageError(f"`{text}` is not a size", hints=("write it as 500MB or 2GB",))
    return int(float(match[1]) * _STEP ** " kMGT".index(match[2] or " "))


def amount(size: int) -> str:
    """A size in the largest unit that gives at least one of it."""
    value, unit = float(size), 0
    while value >= _STEP and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    return f"{value:.{1 if unit else 0}f} {_UNITS[unit]}"
