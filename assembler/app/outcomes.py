"""What use cases answer, for the command line to word."""

from collections.abc import Mapping

import msgspec

from assembler.model.lock import Change
from assembler.model.plan import Plan


class BuildOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What `plan` and `build` were asked: parts (all if empty), and how.

    `editable` is false where editable sources are to be built into wheels.
    """

    parts: tuple[str, ...] = ()
    target: str | None = None
    editable: bool = True


class Locked(msgspec.Struct, frozen=True, kw_only=True):
    """A lock was made: whether the file changed, how many distributions each program has."""

    file: str
    changed: bool
    programs: Mapping[str, int]
    changes: tuple[Change, ...] = ()


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """A build is done. `plan` is `None` where nothing was due at first sight."""

    prefix: str
    generation: int
    plan: Plan | None = None

    @property
    def changed(self) -> bool:
        """Whether a new generation was made."""
        return self.plan is not None and self.plan.changes


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
