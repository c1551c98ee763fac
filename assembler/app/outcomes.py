"""What use cases answer, for the command line to word."""

from collections.abc import Mapping

import msgspec

from assembler.model.lock import Change
from assembler.model.plan import Plan


class Locked(msgspec.Struct, frozen=True, kw_only=True):
    """A lock was made: whether the file changed, how many distributions each program has."""

    file: str
    changed: bool
    programs: Mapping[str, int]
    changes: tuple[Change, ...] = ()


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """A build is done."""

    prefix: str
    generation: int
    plan: Plan

    @property
    def changed(self) -> bool:
        """Whether a new generation was made."""
        return self.plan.changes


class PartStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the current generation: its recipe, key, and stable paths."""

    name: str
    recipe: str
    key: str
    exposed: tuple[str, ...] = ()
    baked: bool = False


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What is built. `current` is `None` where the assembly file could not be compared."""

    assembly: str
    prefix: str
    generation: int
    generations: tuple[int, ...]
    parts: tuple[PartStatus, ...]
    digest: str
    current: bool | None
