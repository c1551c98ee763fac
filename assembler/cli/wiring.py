"""Puts adapters into ports, each when first asked for."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from assembler.adapters.disk import Disk
from assembler.adapters.disk.watching import WatchedVariables, WatchingDisk
from assembler.app.checkout import ASSEMBLY_FILE, Checkout
from assembler.app.services import BuildEnvironment, Machine
from assembler.cli.console import Console
from assembler.cli.progress import ConsoleReporter
from assembler.errors import MachineError, UsageError
from assembler.ports import (
    Artifacts,
    Builder,
    CacheLock,
    Files,
    Index,
    Interpreters,
    PrefixLock,
    Processes,
    Repositories,
    Secrets,
    Unpacker,
    WheelStore,
)

if TYPE_CHECKING:
    from assembler.config.user import UserTable
    from assembler.model.limits import Limits
    from assembler.model.project import IndexRoute
    from assembler.model.target import Interpreter
    from assembler.recipe import Conversations, Recipe
    from assembler.transport import Http


_OTHERS = frozenset(
    {"conversations", "interpreters", "processes", "repositories", "secrets", "_http"}
)
"""Services that know more than files and variables tell."""


class Wiring:
    """The services of one command; `close` ends what runs in the background."""

    def __init__(
        self, arguments: argparse.Namespace, console: Console, words: Sequence[str]
    ) -> None:
        self._arguments = arguments
        self._words = words
        self._console = console
        self._started = time.time_ns()
        self._closing: list[Callable[[], None]] = []
        self._indexes: tuple[IndexRoute, ...] = ()
        self._variables = WatchedVariables(dict(os.environ))
        self._watched = WatchingDisk()
        self.environment: Mapping[str, str] = self._variables
        self.files: Files = Disk()
        self.reporter = ConsoleReporter(console)

    def use_indexes(self, indexes: Sequence[IndexRoute]) -> None:
        """Let these indexes have their credentials; what fetches is made anew if they change."""
        if tuple(indexes) != self._indexes:
            self._indexes = tuple(indexes)
            for made in ("_http", "artifacts", "index"):
                self.__dict__.pop(made, None)

    def begin(self) -> None:
        """Begin anew: files that were written until now are not taken for changed meanwhile."""
        self._started = time.time_ns()
        self.__dict__.pop("machine", None)

    def close(self) -> None:
        """End background work and the progress bar."""
        self.reporter.close()
        while self._closing:
            self._closing.pop()()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Note what is looked at meanwhile, for `remember`."""
        self.files = self._watched
        try:
            yield
        finally:
            self.files = Disk()

    def remember(self) -> None:
        """Keep what this command said, having changed nothing, for as long as it holds.

        It is not kept where others were asked than files and variables.
        """
        if not _OTHERS.isdisjoint(self.__dict__):
            return
        from assembler.cli.remembering import keep, lasts

        looked, said = (self._watched, self._variables), self._console.said
        if lasts(said, *looked, self._started) and self._has_usual_cache:
            keep(self._words, said, *looked)

    @cached_property
    def here(self) -> Path:
        """The folder that the command works in."""
        folder = Path(self._arguments.directory or ".").absolute()
        if not folder.is_dir():
            raise UsageError(f"there is no folder `{folder}`")
        return folder / Path(self._arguments.file or "").parent

    @property
    def file_name(self) -> str:
        """The assembly file's name."""
        return Path(self._arguments.file).name if self._arguments.file else ASSEMBLY_FILE

    @cached_property
    def checkout(self) -> Checkout:
        """The assembly file that is meant: the one named, else the nearest one upwards."""
        folder = self.here
        if not self._arguments.file:
            above = (folder, *folder.parents)
            there = (each for each in above if self.files.state(each / ASSEMBLY_FILE))
            folder = next(there, folder)
        prefix = self._arguments.prefix or self.environment.get("ASSEMBLER_PREFIX")
        return Checkout(
            folder=folder,
            file=self.file_name,
            settings=tuple(self._arguments.settings),
            prefix=self.named(prefix) if prefix else None,
            pythons=tuple(self._arguments.pythons),
        )

    def named(self, path: str) -> Path:
        """The absolute path of what a person named on the command line."""
        return Path(os.path.normpath(Path(self._arguments.directory or ".").absolute() / path))

    @property
    def offline(self) -> bool:
        """Whether only the cache may be asked."""
        said = self._arguments.offline or self.environment.get("ASSEMBLER_OFFLINE")
        return bool(said or self.user.offline)

    @cached_property
    def _user_file(self) -> Path | None:
        """The user configuration: `None` where there is none, or none is wanted."""
        named = self.environment.get("ASSEMBLER_CONFIG")
        if named is not None:
            return Path(named).absolute() if named else None
        from assembler.cli.user_folders import config_folder

        try:
            path = config_folder(self.environment) / "config.toml"
        except RuntimeError:
            return None
        return path if self.files.state(path) else None

    @cached_property
    def user(self) -> UserTable:
        """What the user configuration says of this machine."""
        from assembler.app.sizes import check_user_configuration
        from assembler.config.document import decode
        from assembler.config.user import UserTable, user_settings

        if self._user_file is None:
            return UserTable()
        file = str(self._user_file)
        check_user_configuration(self._user_file, self.files)
        try:
            return user_settings(decode(self.files.read(self._user_file), file), file)
        except FileNotFoundError:
            raise UsageError(f"there is no `{file}`, which ASSEMBLER_CONFIG names") from None

    @property
    def _has_usual_cache(self) -> bool:
        return self._user_file is None or not self.user.cache

    @cached_property
    def cache(self) -> Path:
        """The user's cache directory."""
        if named := self.environment.get("ASSEMBLER_CACHE"):
            return Path(named).absolute()
        if named := self.user.cache:
            return Path(self._user_file or "").parent / Path(named).expanduser()
        from assembler.cli.user_folders import cache_folder

        try:
            return cache_folder(self.environment)
        except RuntimeError as error:
            raise MachineError(
                "there is no home folder in which the cache could be",
                hints=("set ASSEMBLER_CACHE to a folder for it, or HOME",),
            ) from error

    @cached_property
    def machine(self) -> Machine:
        """The machine that assembler runs on."""
        from assembler.cli.this_machine import this_machine

        return this_machine(self._started, self._jobs)

    @property
    def _jobs(self) -> int:
        text = self._arguments.jobs or self.environment.get("ASSEMBLER_JOBS")
        try:
            jobs = int(text) if text else self.user.jobs or os.cpu_count() or 1
        except ValueError as error:
            raise UsageError(f"ASSEMBLER_JOBS is not a number: `{text}`") from error
        if jobs < 1:
            raise UsageError(f"--jobs must be at least 1, not {jobs}")
        return jobs

    @cached_property
    def recipes(self) -> Mapping[str, Recipe]:
        """The recipes there are: by default those that are installed with assembler."""
        from assembler.adapters.plugins import recipes

        return recipes()

    def use_recipes(self, recipes: Mapping[str, Recipe]) -> None:
        """Let these be the recipes there are."""
        self.__dict__["recipes"] = recipes

    @cached_property
    def conversations(self) -> Conversations:
        """Processes that answer questions."""
        from assembler.adapters.conversations import ChildConversations

        conversations = ChildConversations(self.limits)
        self._closing.append(conversations.close)
        return conversations

    @cached_property
    def own_python(self) -> Interpreter:
        """The Python that runs assembler, outside any environment."""
        from assembler.adapters.interpreters import MachineInterpreters

        interpreters = MachineInterpreters(
            self.cache / "interpreters",
            files=self.files,
            processes=self.processes,
            environment=self.environment,
            given=(sys.executable,),
        )
        return interpreters.find(self.machine.python)

    @cached_property
    def _http(self) -> Http:
        from assembler.adapters.http import Access, PooledHttp
        from assembler.config.user import variables

        http = PooledHttp(
            offline=self.offline,
            limits=self.limits,
            access=Access(
                environment={**variables(self.user), **self.environment},
                indexes=self._indexes,
                processes=self.processes,
            ),
        )
        if not self.user.mirrors:
            return http
        from assembler.adapters.mirrors import MirroredHttp

        return MirroredHttp(http, self.user.mirrors)

    @property
    def limits(self) -> Limits:
        """The bounds on what comes from outside."""
        time, limits = self.user.timeout, self.user.limits
        return replace(limits, connect_time=time, read_time=time) if time else limits

    @cached_property
    def index(self) -> Index:
        """Package indexes over HTTP and `file:` URLs."""
        from assembler.adapters.simple_index import IndexSettings, SimpleIndex

        flat = frozenset(index.url for index in self._indexes if index.flat)
        settings = IndexSettings(
            cache=self.cache, offline=self.offline, flat=flat, limits=self.limits
        )
        index = SimpleIndex(self._http, self.artifacts, self.files, settings)
        self._closing += (index.close, self.cache_lock.stop_waiting)
        self.cache_lock.share()
        return index

    @cached_property
    def artifacts(self) -> Artifacts:
        """Verified downloads in the cache."""
        from assembler.adapters.artifacts import CachedArtifacts

        return CachedArtifacts(self._http, self.cache, self.cache_lock, limits=self.limits)

    @cached_property
    def repositories(self) -> Repositories:
        """Git repositories, mirrored in the cache."""
        from assembler.adapters.git import GitRepositories, GitSettings

        settings = GitSettings(
            environment=self.environment, offline=self.offline, limits=self.limits
        )
        return GitRepositories(self.processes, self.cache, self.cache_lock, settings)

    def builder(self, environment: BuildEnvironment) -> Builder:
        """Build back ends, run in environments that the function makes."""
        from assembler.adapters.builder import BuilderSettings, IsolatedBuilder

        settings = BuilderSettings(cache=self.cache, variables=self.environment, limits=self.limits)
        builder = IsolatedBuilder(
            environment, self.processes, self.unpacker, self.cache_lock, settings
        )
        self._closing.append(builder.close)
        return builder

    @cached_property
    def store(self) -> WheelStore:
        """Unpacked wheels in the user's cache."""
        from assembler.adapters.archives.settings import StoreSettings
        from assembler.adapters.archives.store import UnpackedWheels

        store = UnpackedWheels(
            self.cache / "wheels",
            files=self.files,
            processes=self.processes,
            locks=self.cache_lock,
            settings=StoreSettings(self.limits, jobs=self.machine.jobs),
        )
        self._closing.append(store.close)
        return store

    @cached_property
    def unpacker(self) -> Unpacker:
        """The strict archive reader."""
        from assembler.adapters.archives.extract import Extractor

        return Extractor(self.limits)

    @cached_property
    def processes(self) -> Processes:
        """Child processes."""
        from assembler.adapters.processes import ChildProcesses

        processes = ChildProcesses(self.limits.output_size)
        self._closing.append(processes.close)
        return processes

    def pause(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    @cached_property
    def interpreters(self) -> Interpreters:
        """The Pythons of this machine, those of `--python` first."""
        from assembler.adapters.interpreters import MachineInterpreters

        return MachineInterpreters(
            self.cache / "interpreters",
            files=self.files,
            processes=self.processes,
            environment=self.environment,
            given=(*self.checkout.pythons, *map(os.path.expanduser, self.user.interpreters)),
        )

    @cached_property
    def secrets(self) -> Secrets:
        """The values of secrets, in environment variables and files."""
        from assembler.adapters.secrets import MachineSecrets

        return MachineSecrets(self.environment, self.limits)

    @cached_property
    def prefix_lock(self) -> PrefixLock:
        """One writer to a prefix at a time."""
        from assembler.adapters.turns import FilePrefixLock

        return FilePrefixLock(self.reporter)

    @cached_property
    def cache_lock(self) -> CacheLock:
        """Who works with the user's cache."""
        from assembler.adapters.turns import FolderCacheLock
        from assembler.model.cached import LOCKS

        lock = FolderCacheLock(self.cache / LOCKS, self.reporter)
        self._closing.append(lock.close)
        return lock

    @property
    def scratch(self) -> PurePath:
        """The folder for environments that build back ends run in."""
        return self.cache / "environments"
