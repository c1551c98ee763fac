"""The ports that use cases work with, made when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Protocol, TypeAlias

import msgspec

from assembler.model.target import Interpreter
from assembler.ports import (
    Artifacts,
    Builder,
    CacheLock,
    Files,
    Index,
    Interpreters,
    PrefixLock,
    Processes,
    Reporter,
    Repositories,
    Secrets,
    Unpacker,
    WheelStore,
)

if TYPE_CHECKING:
    from assembler.model.distribution import DistributionFile
    from assembler.model.limits import Limits
    from assembler.model.project import IndexRoute
    from assembler.recipe import Conversations, Recipe

BuildEnvironment: TypeAlias = Callable[[tuple["DistributionFile", ...], Interpreter], PurePath]
"""Makes an environment of these wheels, and returns its Python's path."""


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """The machine that assembler runs on, as far as a lock's target must fit it.

    `platform` is a built-in target's name; `libc` its C library's version, `()` where there is
    none; `now` is the present instant in ISO 8601, UTC, and `started` the same in ns since
    the epoch; `python` is the minor version that runs assembler.
    """

    platform: str
    libc: tuple[int, ...]
    now: str
    started: int
    python: str
    jobs: int


class Services(Protocol):
    """One port a property; each is made, and its libraries imported, when first asked for."""

    @property
    def machine(self) -> Machine:
        """The machine that assembler runs on."""
        ...

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment variables of the command."""
        ...

    @property
    def recipes(self) -> Mapping[str, Recipe]:
        """The recipes there are, by name."""
        ...

    def use_recipes(self, recipes: Mapping[str, Recipe]) -> None:
        """Let these be the recipes there are."""
        ...

    @property
    def conversations(self) -> Conversations:
        """Processes that answer questions."""
        ...

    @property
    def own_python(self) -> Interpreter:
        """The Python that runs assembler, outside any environment."""
        ...

    @property
    def files(self) -> Files:
        """The file system."""
        ...

    @property
    def limits(self) -> Limits:
        """The bounds on what comes from outside."""
        ...

    def use_indexes(self, indexes: Sequence[IndexRoute]) -> None:
        """Let these indexes have their credentials; said before anything is fetched."""
        ...

    @property
    def index(self) -> Index:
        """The package indexes."""
        ...

    @property
    def artifacts(self) -> Artifacts:
        """Verified downloads."""
        ...

    @property
    def repositories(self) -> Repositories:
        """Git repositories."""
        ...

    @property
    def cache(self) -> PurePath:
        """The user's cache directory."""
        ...

    @property
    def offline(self) -> bool:
        """Whether only the cache may be asked."""
        ...

    @property
    def scratch(self) -> PurePath:
        """The folder for environments that build back ends run in."""
        ...

    def builder(self, environment: BuildEnvironment) -> Builder:
        """Build back ends, run in environments that the function makes."""
        ...

    @property
    def store(self) -> WheelStore:
        """Unpacked wheels in the user's cache."""
        ...

    @property
    def unpacker(self) -> Unpacker:
        """The archive reader."""
        ...

    @property
    def processes(self) -> Processes:
        """Child processes."""
        ...

    def pause(self, seconds: float) -> None:
        """Wait."""
        ...

    @property
    def interpreters(self) -> Interpreters:
        """The Pythons of this machine."""
        ...

    @property
    def secrets(self) -> Secrets:
        """The values of secrets."""
        ...

    @property
    def prefix_lock(self) -> PrefixLock:
        """One writer to a prefix at a time."""
        ...

    @property
    def cache_lock(self) -> CacheLock:
        """Who works with the user's cache."""
        ...

    @property
    def reporter(self) -> Reporter:
        """Who is told how the work goes on."""
        ...
