"""What every `CacheLock` must do, among threads and on a real disk."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from assembler.adapters.turns import FolderCacheLock
from assembler.ports import CacheLock
from tests.fakes.cache_lock import MemoryCacheLock
from tests.fakes.reporter import RecordedReporter

THREADS = 4
PATIENCE = 60.0


@pytest.fixture(params=["memory", "folder"])
def lock(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CacheLock]:
    if request.param == "memory":
        yield MemoryCacheLock()
        return
    reporter = RecordedReporter()
    with closing(FolderCacheLock(tmp_path / "locks", reporter)) as lock:
        yield lock
    assert list((tmp_path / "locks").glob("*")) == []
    assert reporter.notes == []


def test_one_thread_at_a_time_holds_a_key(lock: CacheLock) -> None:
    inside: list[int] = []

    def work(number: int) -> list[list[int]]:
        seen = []
        for _ in range(50):
            with lock.hold("key", "makes `x`"):
                inside.append(number)
                seen.append([*inside])
                inside.clear()
        return seen

    with ThreadPoolExecutor(THREADS) as threads:
        for number, seen in enumerate(threads.map(work, range(THREADS))):
            assert seen == [[number]] * 50


def test_threads_hold_several_keys_at_once(lock: CacheLock) -> None:
    meeting = Barrier(THREADS, timeout=PATIENCE)

    def work(number: int) -> None:
        with lock.hold(f"key {number}", "makes `x`"):
            meeting.wait()

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(work, range(THREADS)))


def test_one_key_within_another(lock: CacheLock) -> None:
    with lock.hold("source", "builds `x`"), lock.hold("wheel", "unpacks `y`"):
        pass
    with lock.hold("wheel", "unpacks `y`"):
        pass


def test_a_key_is_free_after_an_error(lock: CacheLock) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), lock.hold("key", "divides"):
            raise ZeroDivisionError


def test_who_need_not_wait_is_not_stopped(lock: CacheLock) -> None:
    lock.share()
    lock.stop_waiting()
    with lock.hold("key", "makes `x`"):
        pass


def test_it_is_had_alone_by_who_does_not_share_it(lock: CacheLock) -> None:
    for _ in range(2):
        with lock.alone():
            pass
