"""What two commands need at once in one cache is made by one; the other waits for it."""

import hashlib
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path, PurePath
from threading import Event
from typing import TypeAlias

import pytest

from assembler.adapters.archives.extract import Extractor
from assembler.adapters.archives.store import UnpackedWheels
from assembler.adapters.artifacts import CachedArtifacts
from assembler.adapters.builder import BuilderSettings, IsolatedBuilder
from assembler.adapters.disk import Disk
from assembler.adapters.processes import ChildProcesses
from assembler.adapters.turns import FolderCacheLock
from assembler.model.lock import LockedArtifact
from assembler.model.target import Interpreter
from assembler.ports import BuildRequest, CacheLock, CommandLine, CommandResult
from assembler.transport import Download
from tests.fakes.cache_lock import MemoryCacheLock
from tests.fakes.http import MemoryHttp
from tests.fakes.reporter import RecordedReporter
from tests.wheels import make_tree, make_wheel

PATIENCE = 60.0
PYTHON = Interpreter(executable=sys.executable, version=".".join(map(str, sys.version_info[:3])))
BODY = b"content"
ARTIFACT = LockedArtifact(
    url="https://acme.example/a.zip", sha256=hashlib.sha256(BODY).hexdigest(), size=len(BODY)
)


class Watch:
    """What one command makes; its first deed lasts until another command waits for it."""

    def __init__(self) -> None:
        self.deeds = 0
        self.begun = Event()
        self.waited_for = Event()

    def deed(self) -> None:
        self.deeds += 1
        self.begun.set()
        assert self.waited_for.wait(PATIENCE)


class WatchedProcesses(ChildProcesses):
    """Real processes, watched."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch

    def run(self, command: CommandLine) -> CommandResult:
        self._watch.deed()
        return super().run(command)


class WatchedHttp(MemoryHttp):
    """Answers from memory, watched."""

    def __init__(self, bodies: Mapping[str, bytes], watch: Watch) -> None:
        super().__init__(bodies)
        self._watch = watch

    def download(self, url: str, path: PurePath, *, limit: int) -> Download:
        self._watch.deed()
        return super().download(url, path, limit=limit)


class Announcing(RecordedReporter):
    """Tells a watch that its command is waited for while it does something."""

    def __init__(self, watch: Watch, doing: str) -> None:
        super().__init__()
        self._watch = watch
        self._doing = doing

    def note(self, message: str) -> None:
        super().note(message)
        if message.endswith(f"`), which {self._doing}"):
            self._watch.waited_for.set()


Make: TypeAlias = Callable[[Path, CacheLock, Watch], PurePath | str]


def fetch(folder: Path, locks: CacheLock, watch: Watch) -> PurePath:
    http = WatchedHttp({ARTIFACT.url: BODY}, watch)
    return CachedArtifacts(http, folder / "cache", locks).fetch(ARTIFACT)


def lock(folder: Path, locks: CacheLock, watch: Watch) -> str:
    http = WatchedHttp({ARTIFACT.url: BODY}, watch)
    return CachedArtifacts(http, folder / "cache", locks).lock(ARTIFACT.url, ARTIFACT.sha256).url


def store(folder: Path, locks: CacheLock, watch: Watch) -> str:
    name, content = make_wheel("thing", "1.0", files={"thing.py": "value = 1\n"})
    wheel = folder / name
    wheel.write_bytes(content)
    store = UnpackedWheels(
        folder / "cache/wheels", files=Disk(), processes=WatchedProcesses(watch), locks=locks
    )
    return store.add(wheel, hashlib.sha256(content).hexdigest(), PYTHON).key


@contextmanager
def builder(folder: Path, locks: CacheLock, watch: Watch) -> Iterator[IsolatedBuilder]:
    settings = BuilderSettings(cache=folder / "cache", variables={"PATH": "/usr/bin:/bin"})
    with closing(
        IsolatedBuilder(
            lambda _wheels, python: PurePath(python.executable),
            WatchedProcesses(watch),
            Extractor(),
            locks,
            settings,
        )
    ) as builder:
        yield builder


def source(folder: Path) -> BuildRequest:
    if not (folder / "tree").exists():
        make_tree(folder / "tree", "demo", "1.0", dynamic=("version",))
    return BuildRequest(name="demo", source=str(folder / "tree"), python=PYTHON)


def build(folder: Path, locks: CacheLock, watch: Watch) -> PurePath:
    with builder(folder, locks, watch) as found:
        return found.wheel(source(folder))


def ask(folder: Path, locks: CacheLock, watch: Watch) -> str:
    with builder(folder, locks, watch) as found:
        return found.metadata(source(folder), lambda _: ()).version


DOING: Mapping[Make, str] = {
    fetch: "downloads `a.zip`",
    lock: "downloads `a.zip`",
    store: "unpacks `thing-1.0-py3-none-any.whl`",
    build: "builds `demo`",
    ask: "asks the source of `demo`",
}


@pytest.mark.parametrize("make", DOING, ids=lambda make: make.__name__)
def test_each_thing_is_made_once(tmp_path: Path, make: Make) -> None:
    first, second, alone = Watch(), Watch(), Watch()
    second.waited_for.set()
    alone.waited_for.set()
    folder = tmp_path / "shared"
    folder.mkdir()
    waiting = Announcing(first, DOING[make])
    with (
        closing(FolderCacheLock(folder / "locks", RecordedReporter())) as ours,
        closing(FolderCacheLock(folder / "locks", waiting, grace=0.01)) as theirs,
        ThreadPoolExecutor(2) as threads,
    ):
        one = threads.submit(make, folder, ours, first)
        assert first.begun.wait(PATIENCE)
        other = threads.submit(make, folder, theirs, second)
        assert other.result(PATIENCE) == one.result(PATIENCE)
    make(tmp_path, MemoryCacheLock(), alone)
    assert first.deeds + second.deeds == alone.deeds
    assert all(note.startswith("waiting for ") for note in waiting.notes)
    assert list((folder / "locks").iterdir()) == []


@pytest.mark.parametrize("make", DOING, ids=lambda make: make.__name__)
def test_what_stands_is_taken_without_a_lock(tmp_path: Path, make: Make) -> None:
    watch, locks = Watch(), MemoryCacheLock()
    watch.waited_for.set()
    made = make(tmp_path, locks, watch)
    held = [*locks.held]
    assert DOING[make] in held
    assert make(tmp_path, locks, watch) == made
    assert locks.held == held
