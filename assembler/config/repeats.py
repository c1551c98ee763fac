"""What a TOML text says twice, or adds to a value that is closed."""

from collections.abc import Mapping
from typing import NamedTuple

from assembler.config.keys import Path
from assembler.config.positions import Extent, Span, Statement, spans, statement_at


class Repeat(NamedTuple):
    """A key path that is there already: its first place, and the key that comes too late.

    `header` says that a header repeats it; `value` where the first one is a value to which the
    later key would add.
    """

    path: Path
    first: Extent
    again: Extent
    header: bool = False
    value: Extent | None = None


def repeat_at(text: str, at: int) -> Repeat | None:
    """What the statement at an offset repeats; all before it is valid TOML."""
    statement = statement_at(text, at)
    if statement is None:
        return None
    if statement.twice:
        return Repeat(*statement.twice)
    before = spans(text[: statement.start])
    if first := before.get(statement.path):
        table = first.key == first.value
        value = first.value if statement.header and not table else None
        header = statement.header and table
        return Repeat(statement.path, first.key, statement.key, header=header, value=value)
    return _into_what_is_there(statement, before)


def _into_what_is_there(statement: Statement, before: Mapping[Path, Span]) -> Repeat | None:
    """A key below a value, or below a table that has its header elsewhere."""
    outer = [statement.path[:length] for length in range(1, len(statement.path))]
    found = [(path, before[path]) for path in outer if path in before]
    for path, first in found:
        if first.key != first.value:
            return Repeat(path, first.key, statement.key, value=first.value)
    return Repeat(found[-1][0], found[-1][1].key, statement.key, header=True) if found else None
