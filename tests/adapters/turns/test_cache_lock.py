"""Many share the cache, one makes what a key names, and who cleans it is alone."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from assembler.adapters.turns import FolderCacheLock
from assembler.adapters.turns.ancestors import ancestors, followed, parent_by_proc, parent_by_ps
from assembler.errors import StoppedError
from tests.fakes.reporter import RecordedReporter

PATIENCE = 60.0
SOON = 0.01

OTHER = """
import sys
from pathlib import Path
from assembler.adapters.turns import FolderCacheLock

class Said:
    def note(self, message):
        print(message, flush=True)

lock = FolderCacheLock(Path(sys.argv[1]), Said(), grace=0.01)
match sys.argv[2]:
    case "share":
        lock.share()
        print("shares", flush=True)
        sys.stdin.readline()
    case "clean":
        with lock.alone():
            print("cleans", flush=True)
            sys.stdin.readline()
    case key:
        with lock.hold(key, "makes `x`"):
            print("holds", flush=True)
            sys.stdin.readline()
lock.close()
"""


class AwaitedReporter(RecordedReporter):
    """Lets others wait until something is said."""

    def __init__(self) -> None:
        super().__init__()
        self.said = Event()

    def note(self, message: str) -> None:
        super().note(message)
        self.said.set()


@contextmanager
def other(folder: Path, what: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that shares or cleans the cache, or holds a key, until it is given a line."""
    child = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(folder), what],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def line(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline()


def let_go(child: subprocess.Popen[str]) -> None:
    child.communicate("on\n", timeout=PATIENCE)
    assert child.returncode == 0


def announced(child: subprocess.Popen[str], doing: str) -> str:
    """What is said of a process that others wait for."""
    assert isinstance(child.args, list)
    command = " ".join(["-c", *child.args[3:]])
    return f"waiting for process {child.pid} (`{command}`), which {doing}"


def test_who_cleans_waits_for_all_that_share(tmp_path: Path) -> None:
    reporter, silent = AwaitedReporter(), RecordedReporter()
    sharing = [FolderCacheLock(tmp_path / "locks", silent) for _ in "12"]
    for lock in (*sharing, *sharing):
        lock.share()

    def clean() -> list[bool]:
        with FolderCacheLock(tmp_path / "locks", reporter, SOON).alone():
            return [lock_ended.is_set() for lock_ended in ended]

    ended = [Event(), Event()]
    with ThreadPoolExecutor(1) as threads:
        cleaning = threads.submit(clean)
        assert reporter.said.wait(PATIENCE)
        for lock, event in zip(sharing, ended, strict=True):
            event.set()
            lock.close()
        assert cleaning.result(PATIENCE) == [True, True]
    (said,) = reporter.notes
    assert said.startswith(f"waiting for process {os.getpid()} (`")
    assert said.endswith("`), which uses the cache")
    assert silent.notes == []
    assert list((tmp_path / "locks").iterdir()) == []


def test_who_shares_waits_for_who_cleans(tmp_path: Path) -> None:
    reporter = AwaitedReporter()
    lock = FolderCacheLock(tmp_path, reporter, SOON)
    with other(tmp_path, "clean") as cleaning, ThreadPoolExecutor(1) as threads:
        assert line(cleaning) == "cleans\n"
        sharing = threads.submit(lock.share)
        assert reporter.said.wait(PATIENCE)
        assert not sharing.done()
        let_go(cleaning)
        sharing.result(PATIENCE)
    lock.close()
    lock.close()
    assert reporter.notes == [announced(cleaning, "cleans the cache")]


def test_who_comes_after_one_that_waits_to_clean_comes_after_the_cleaning(tmp_path: Path) -> None:
    with other(tmp_path, "share") as first:
        assert line(first) == "shares\n"
        with other(tmp_path, "clean") as cleaning:
            assert line(cleaning) == f"{announced(first, 'uses the cache')}\n"
            with other(tmp_path, "share") as second:
                assert line(second) == f"{announced(cleaning, 'cleans the cache')}\n"
                let_go(first)
                assert line(cleaning) == "cleans\n"
                let_go(cleaning)
                assert line(second) == "shares\n"


def test_who_is_started_by_one_that_shares_does_not_wait_for_who_waits_for_that(
    tmp_path: Path,
) -> None:
    above = FolderCacheLock(tmp_path, RecordedReporter())
    above.share()
    with other(tmp_path, "clean") as cleaning:
        assert line(cleaning).endswith("which uses the cache\n")
        with other(tmp_path, "share") as within:
            assert line(within) == "shares\n"
            above.close()
            assert line(cleaning) == f"{announced(within, 'uses the cache')}\n"
            let_go(within)
        assert line(cleaning) == "cleans\n"


def test_a_key_is_held_by_one_process(tmp_path: Path) -> None:
    reporter = AwaitedReporter()
    lock = FolderCacheLock(tmp_path, reporter, SOON)
    with other(tmp_path, "key") as holding, ThreadPoolExecutor(1) as threads:
        assert line(holding) == "holds\n"
        with lock.hold("another key", "makes `y`"):
            pass

        def hold() -> bool:
            with lock.hold("key", "makes `x`"):
                return holding.poll() is not None

        waiting = threads.submit(hold)
        assert reporter.said.wait(PATIENCE)
        holding.send_signal(signal.SIGSTOP)
        assert not waiting.done()
        holding.kill()
        holding.wait(PATIENCE)
        assert waiting.result(PATIENCE)
    lock.close()
    assert reporter.notes == [announced(holding, "makes `x`")]


def test_who_waits_is_refused_when_the_command_ends(tmp_path: Path) -> None:
    reporter = AwaitedReporter()
    lock = FolderCacheLock(tmp_path, reporter, SOON)

    def hold() -> None:
        with lock.hold("key", "makes `x`"):
            raise AssertionError

    with other(tmp_path, "key") as holding, ThreadPoolExecutor(1) as threads:
        assert line(holding) == "holds\n"
        waiting = threads.submit(hold)
        assert reporter.said.wait(PATIENCE)
        lock.stop_waiting()
        with pytest.raises(StoppedError):
            waiting.result(PATIENCE)
    lock.close()


def test_what_is_killed_leaves_is_in_nobodys_way_and_goes_when_the_cache_is_cleaned(
    tmp_path: Path,
) -> None:
    for what in ("share", "key"):
        with other(tmp_path, what) as killed:
            line(killed)
    assert list(tmp_path.iterdir())
    reporter = RecordedReporter()
    lock = FolderCacheLock(tmp_path, reporter, SOON)
    with lock.hold("key", "makes `x`"):
        pass
    lock.close()
    with lock.alone():
        assert [path.name for path in tmp_path.iterdir()] == ["gate"]
    assert list(tmp_path.iterdir()) == []
    assert reporter.notes == []


def test_a_file_that_is_removed_while_another_waits_for_it_is_made_anew(tmp_path: Path) -> None:
    """Or else who waits would lock a file without a name, and another one a new one."""
    count = 200
    inside: list[int] = []

    def work(worker: int) -> int:
        lock = FolderCacheLock(tmp_path, RecordedReporter())
        alone = 0
        for _ in range(count):
            with lock.hold("key", "makes `x`"):
                inside.append(worker)
                alone += inside == [worker]
                inside.remove(worker)
        lock.close()
        return alone

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(work, range(4))) == [count] * 4
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", ["no folder", "no file"])
def test_a_cache_without_locks_is_used_without(tmp_path: Path, wrong: str) -> None:
    if wrong == "no folder":
        (tmp_path / "locks").write_text("in the way")
    else:
        (tmp_path / "locks/gate").mkdir(parents=True)
    lock = FolderCacheLock(tmp_path / "locks", RecordedReporter())
    lock.share()
    with lock.hold("key", "makes `x`"), lock.alone():
        lock.close()


def test_the_processes_above_are_told_alike() -> None:
    found = ancestors()
    assert {os.getpid(), os.getppid()} <= found
    assert followed(parent_by_ps) == followed(parent_by_proc) == found
    assert parent_by_proc(2**30) == parent_by_ps(2**30) == 0
