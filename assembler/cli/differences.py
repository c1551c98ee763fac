"""Words for what two configurations differ in."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from assembler.app.config import place_of
from assembler.cli.console import Json
from assembler.config.compared import Difference
from assembler.config.entries import Entry


def told(differences: Sequence[Difference], before: str, after: str) -> str:
    """The differences below the headers of their tables, each value with its place."""
    if not differences:
        return ""
    lines = [f"--- {before}", f"+++ {after}"]
    for table, found in groupby(differences, key=_table):
        lines += ["", *([f"[{table}]"] if table else [])]
        lines += [line for each in found for line in _lines(each)]
    return "\n".join(lines)


def _table(difference: Difference) -> str:
    entry = difference.before or difference.after
    return entry.table if entry else ""


def _lines(difference: Difference) -> Iterator[str]:
    for sign, entry in (("-", difference.before), ("+", difference.after)):
        if entry:
            yield f"{sign}{entry.written}  # {entry.origin}"


def document(differences: Sequence[Difference]) -> Json:
    """The differences for other programs."""
    return {
        "added": [_value(each.key, each.after) for each in differences if not each.before],
        "removed": [_value(each.key, each.before) for each in differences if not each.after],
        "changed": [
            {"key": each.key, "before": _side(each.before), "after": _side(each.after)}
            for each in differences
            if each.before and each.after
        ],
    }


def _value(key: str, entry: Entry | None) -> Json:
    return {"key": key, **_side(entry)}


def _side(entry: Entry | None) -> dict[str, Json]:
    if entry is None:
        return {}
    return {
        "value": msgspec.to_builtins(entry.value),
        **msgspec.to_builtins(place_of(entry.origin)),
    }
