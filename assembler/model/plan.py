"""What a build would do, and why."""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from assembler.model.deployment import Action
from assembler.model.layout import KEPT_GENERATIONS
from assembler.model.manifest import BuiltPart, Effect, Fingerprint, LiveFile
from assembler.model.secret import SecretSource
from assembler.model.step import AtDeployment, KeepDirectory, Step, WriteLiveFile
from assembler.model.undo import Undo
from assembler.origin import Origin


class New(msgspec.Struct, frozen=True, tag="new"):
    """The part was not there."""


class FactChanged(msgspec.Struct, frozen=True, kw_only=True, tag="changed"):
    """A fact of the part changed: `before` or `after` is `None` where it was not or is no more."""

    fact: str
    before: str | None
    after: str | None
    origin: Origin | None = None


class DependencyChanged(msgspec.Struct, frozen=True, kw_only=True, tag="dependency"):
    """A part that it needs is made again."""

    part: str


class NeedChanged(msgspec.Struct, frozen=True, kw_only=True, tag="need"):
    """It needs a part that it did not need, or needs it no more (`gone`)."""

    part: str
    gone: bool = False


class Damaged(msgspec.Struct, frozen=True, kw_only=True, tag="damaged"):
    """Something that it had made is missing or was changed: a path, relative to the part."""

    path: str
    missing: bool = False


class Moved(msgspec.Struct, frozen=True, kw_only=True, tag="moved"):
    """Its bytes hold the prefix, which was elsewhere."""

    before: str


class Undone(msgspec.Struct, frozen=True, tag="undone"):
    """What it had done outside was undone, while it went or another build was tried."""


class Unexplained(msgspec.Struct, frozen=True, tag="unexplained"):
    """Its steps differ, though no fact does: another version of its recipe or of assembler."""


Reason: TypeAlias = (
    New | FactChanged | DependencyChanged | NeedChanged | Damaged | Moved | Undone | Unexplained
)


class FileDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A file that the build would write: its stable or part path, and a unified difference."""

    path: str
    difference: tuple[str, ...]


class PlannedPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part that must be performed: key, directory's name, steps, and why.

    `replaces` is the name of the directory that it stands in now.
    """

    name: str
    recipe: str
    key: str
    directory: str
    steps: tuple[Step, ...]
    reasons: tuple[Reason, ...]
    facts: Mapping[str, str] = {}
    edges: tuple[str, ...] = ()
    store: tuple[str, ...] = ()
    exposed: Mapping[str, str] = {}
    baked: bool = False
    remade: int = 0
    relies_on: tuple[str, ...] = ()
    replaces: str = ""
    origin: Origin | None = None

    @property
    def live(self) -> tuple[LiveFile, ...]:
        """The files of the part that hold secrets."""
        return tuple(
            LiveFile(path=step.path, content=step.content, executable=step.executable)
            for step in self.steps
            if isinstance(step, WriteLiveFile)
        )

    @property
    def state(self) -> Mapping[str, int]:
        """Its directories for state, and their permission bits."""
        kept = (step for step in self.steps if isinstance(step, KeepDirectory))
        return {step.path: step.mode for step in kept}

    @property
    def undo(self) -> tuple[Undo, ...]:
        """What undoes all that its making does outside."""
        return tuple(step for step in self.steps if isinstance(step, Undo))

    @property
    def deployment(self) -> tuple[Action, ...]:
        """What the part keeps outside the prefix."""
        return tuple(step.action for step in self.steps if isinstance(step, AtDeployment))


class KeptPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part that stands as it should."""

    name: str
    built: BuiltPart


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What `build` will do: parts in building order, and what goes.

    `keep` is how many generations are kept.
    `generation` is the number of the new one; `previous` that of the current one or `None`.
    `relink` names stable paths that no longer lead where they should; `damaged_store` the keys of
    stored wheels that must be put in place again. `undo` is what is undone first, in this order.
    """

    assembly: str
    prefix: str
    project: str
    generation: int
    previous: int | None
    parts: tuple[PlannedPart | KeptPart, ...]
    removed: tuple[str, ...] = ()
    differences: tuple[FileDifference, ...] = ()
    fingerprint: Fingerprint
    lock_text: str = ""
    keep: int = KEPT_GENERATIONS
    relink: tuple[str, ...] = ()
    damaged_store: tuple[str, ...] = ()
    secrets: tuple[SecretSource, ...] = ()
    undo: tuple[Effect, ...] = ()

    @property
    def live(self) -> tuple[LiveFile, ...]:
        """The files that hold secrets, of all parts."""
        found = (each if isinstance(each, PlannedPart) else each.built for each in self.parts)
        return tuple(file for part in found for file in part.live)

    @property
    def due(self) -> tuple[PlannedPart, ...]:
        """The parts that must be performed."""
        return tuple(part for part in self.parts if isinstance(part, PlannedPart))

    @property
    def changes(self) -> bool:
        """Whether anything is due at all."""
        mending = self.relink or self.damaged_store or self.undo
        return bool(self.due or self.removed or mending or self.previous is None)
