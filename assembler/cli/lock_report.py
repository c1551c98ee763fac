"""What `lock` did, in words and as a JSON document."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from assembler.app.lock_outcomes import Held, Locked
from assembler.cli.console import Json
from assembler.model.lock import Change

SIGNS = {"added": "+", "removed": "-", "upgraded": "^", "downgraded": "v", "moved": "~"}
SHOWN_CHANGES = 40
SHOWN_HELD = 20


def changes(found: Sequence[Change]) -> Iterator[str]:
    """One line a change, below the name of its program; long lists are cut."""
    for program, group in groupby(found, key=lambda change: change.program):
        lines = [_change(change) for change in group]
        yield f"{program}:"
        yield from (f"  {line}" for line in lines[:SHOWN_CHANGES])
        if len(lines) > SHOWN_CHANGES:
            yield f"  … and {len(lines) - SHOWN_CHANGES} more"


def _change(change: Change) -> str:
    versions = " → ".join(version for version in (change.before, change.after) if version)
    targets = f" on {', '.join(change.targets)}" if change.targets else ""
    because = f"  ({change.because})" if change.because else ""
    return f"{SIGNS[change.kind]} {change.name} {versions}{targets}{because}"


def held(found: Sequence[Held], *, every: bool) -> Iterator[str]:
    """One line for each distribution that an upgrade holds back; long lists are cut."""
    shown = found if every else found[:SHOWN_HELD]
    for program, group in groupby(shown, key=lambda one: one.program):
        yield f"held back in {program}:"
        for one in group:
            where = "" if one.everywhere else f" on {', '.join(one.targets)}"
            because = f": {one.because}" if one.because else ""
            yield f"  {one.name} {one.version}{where}  (there is {one.newest}{because})"
    if len(shown) < len(found):
        yield f"… and {len(found) - len(shown)} more, which `-v` shows"


def locked(outcome: Locked) -> str:
    """What `lock` did, in one line."""
    programs = ", ".join(f"{name} {count}" for name, count in outcome.programs.items())
    done = "wrote" if outcome.changed else "unchanged:"
    builds = "" if outcome.build_file is None else f" and {outcome.build_file}"
    return f"{done} {outcome.file}{f' ({programs})' if programs else ''}{builds}"


def locked_document(outcome: Locked) -> Json:
    """What `lock` did, as JSON."""
    return {
        "changed": outcome.changed,
        "file": outcome.file,
        "build_file": outcome.build_file,
        "programs": dict(outcome.programs),
        "changes": [msgspec.to_builtins(change) for change in outcome.changes],
        "unused": list(outcome.unused),
        "held": [msgspec.to_builtins(held) for held in outcome.held],
    }
