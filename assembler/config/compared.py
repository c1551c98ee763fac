"""Two configurations compared, value by value."""

from collections.abc import Iterator, Mapping

import msgspec

from assembler.config.entries import Entry


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A value that only one of two configurations has, or that differs: as each of them has it."""

    key: str
    before: Entry | None
    after: Entry | None


def compare(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> tuple[Difference, ...]:
    """What differs between two configurations, table by table in the order of the first one."""
    entries = {**before, **after}
    tables = {table: place for place, table in enumerate(dict.fromkeys(_tables(entries)))}
    keys = sorted(entries, key=lambda key: tables[entries[key].table])
    pairs = ((key, before.get(key), after.get(key)) for key in keys)
    return tuple(
        Difference(key=key, before=one, after=other)
        for key, one, other in pairs
        if one is None or other is None or _written(one) != _written(other)
    )


def _tables(entries: Mapping[str, Entry]) -> Iterator[str]:
    return (entry.table for entry in entries.values())


def _written(entry: Entry) -> tuple[type, str]:
    """The value, so that `1`, `1.0` and `true` differ."""
    return type(entry.value), repr(entry.value)
