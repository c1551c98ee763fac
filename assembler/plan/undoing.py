"""What parts did outside and is to be undone before others are made."""

from collections.abc import Sequence

from assembler.model.manifest import BuiltPart, Effect
from assembler.model.plan import KeptPart, PlannedPart


def undo_due(
    effects: Sequence[Effect], parts: Sequence[PlannedPart | KeptPart]
) -> tuple[Effect, ...]:
    """What was done by parts that go or are made anew, each before that of what it relied on."""
    wanted = {
        part.built.directory if isinstance(part, KeptPart) else part.directory for part in parts
    }
    due = [effect for effect in effects if effect.directory not in wanted]
    return tuple(sorted(due, key=lambda each: (-len(each.relies_on), each.directory)))


def is_undone(built: BuiltPart, effects: Sequence[Effect]) -> bool:
    """Whether what a part that stands did outside is no more."""
    done = {effect.directory for effect in effects if effect.done}
    return bool(built.undo) and built.directory not in done
