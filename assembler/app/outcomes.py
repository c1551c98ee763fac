"""What use cases answer, for the command line to word."""

import msgspec

from assembler.model.live import LiveState, LiveWritten
from assembler.model.plan import Plan


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """A build is done, with what was written of the live files, and those that are due still."""

    prefix: str
    generation: int
    plan: Plan
    live: LiveWritten = LiveWritten()
    live_due: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether a new generation was made, or a live file written."""
        return self.plan.changes or bool(self.live.paths)


class Cleaned(msgspec.Struct, frozen=True, kw_only=True):
    """What was removed from a prefix, or would be: generations, and what they alone used.

    `size` is in bytes.
    """

    generations: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()
    wheels: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()
    size: int = 0

    @property
    def anything(self) -> bool:
        """Whether there was anything to remove."""
        return bool(self.generations or self.parts or self.wheels or self.logs)


class CacheCleaned(msgspec.Struct, frozen=True, kw_only=True):
    """How many entries of the cache were dropped, or would be, and their size and that left (B)."""

    entries: int
    size: int
    left: int


class PartStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the current generation: its recipe, key, and stable paths."""

    name: str
    recipe: str
    key: str
    exposed: tuple[str, ...] = ()
    baked: bool = False


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What is built. `current` is `None` where the assembly file could not be compared.

    `deployed` is the generation that is deployed, under `root`; `None` where there is nothing to
    deploy, and 0 where that was not done.
    """

    assembly: str
    prefix: str
    generation: int
    generations: tuple[int, ...]
    parts: tuple[PartStatus, ...]
    digest: str
    current: bool | None
    live: tuple[LiveState, ...] = ()
    deployed: int | None = None
    root: str = "/"


class Chosen(msgspec.Struct, frozen=True):
    """A distribution and its version in a cell of the lock."""

    name: str
    version: str


class Chain(msgspec.Struct, frozen=True):
    """A requirement of a program, and the distributions that lead from it to another one."""

    requirement: str
    distributions: tuple[Chosen, ...]


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """A program's use of a distribution: its version, the rule that chose it, and who asks for it.

    `targets` are those where all of this holds, for the Pythons `python` (PEP 440, or a minor
    version); `everywhere` tells that these are all that the program is locked for. `shares` are the
    programs of its solve group.
    """

    program: str
    targets: tuple[str, ...]
    python: str
    everywhere: bool
    version: str
    because: str
    chains: tuple[Chain, ...]
    shares: tuple[str, ...] = ()


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """Why a distribution is in the lock."""

    name: str
    uses: tuple[Use, ...]
