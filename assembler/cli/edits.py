"""What was edited, in words."""

from collections.abc import Iterator

import msgspec

from assembler.app.editing import Edited
from assembler.app.lock_outcomes import Locked
from assembler.cli import lock_report as report
from assembler.cli.console import Json


def lines(edited: Edited) -> Iterator[str]:
    """What became of a part."""
    outcome = edited.outcome
    if not edited.changed:
        yield f"unchanged: {edited.file}"
        return
    sign = {outcome.created: "+ ", outcome.dropped: "- "}.get(True, "")
    yield f"{sign}{outcome.part}:" if not outcome.dropped else f"{sign}{outcome.part}"
    yield from (f"  - {text}" for text in (*outcome.replaced, *outcome.removed))
    yield from (f"  + {text}" for text in outcome.added)
    if outcome.elsewhere:
        yield f"  the rest of its requirements is at {outcome.elsewhere}"
    yield f"wrote {edited.file}"


def locked(outcome: Locked | None) -> Iterator[str]:
    """What was locked then, or what is next."""
    if outcome is None:
        yield "next: `assemble lock`"
        return
    yield from report.changes(outcome.changes)
    yield report.locked(outcome)


def document(edited: Edited, outcome: Locked | None) -> Json:
    """What was done, as JSON."""
    plain: dict[str, Json] = msgspec.to_builtins(edited.outcome)
    lock = {"lock": report.locked_document(outcome)} if outcome else {}
    return {"changed": edited.changed, "file": edited.file, **plain, **lock}
