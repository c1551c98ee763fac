"""Many share the cache, and who cleans it is alone."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from assembler.adapters.cache_lock import FolderCacheLock
from tests.fakes.reporter import RecordedReporter

PATIENCE = 60.0


class AwaitedReporter(RecordedReporter):
    """Lets others wait until something is said."""

    def __init__(self) -> None:
        super().__init__()
        self.said = Event()

    def note(self, message: str) -> None:
        super().note(message)
        self.said.set()


def test_who_cleans_waits_for_all_that_share(tmp_path: Path) -> None:
    reporter, silent = AwaitedReporter(), RecordedReporter()
    sharing = [FolderCacheLock(tmp_path / "cache", silent) for _ in "12"]
    for lock in (*sharing, *sharing):
        lock.share()

    def clean() -> list[bool]:
        with FolderCacheLock(tmp_path / "cache", reporter).alone():
            return [lock_ended.is_set() for lock_ended in ended]

    ended = [Event(), Event()]
    with ThreadPoolExecutor(1) as threads:
        cleaning = threads.submit(clean)
        assert reporter.said.wait(PATIENCE)
        for lock, event in zip(sharing, ended, strict=True):
            event.set()
            lock.close()
        assert cleaning.result(PATIENCE) == [True, True]
    assert reporter.notes == ["waiting for the commands that use the cache to finish"]
    assert silent.notes == []


def test_who_shares_waits_for_who_cleans(tmp_path: Path) -> None:
    reporter = AwaitedReporter()
    lock = FolderCacheLock(tmp_path, reporter)
    with ThreadPoolExecutor(1) as threads:
        with FolderCacheLock(tmp_path, RecordedReporter()).alone():
            sharing = threads.submit(lock.share)
            assert reporter.said.wait(PATIENCE)
            assert not sharing.done()
        sharing.result(PATIENCE)
    lock.close()
    lock.close()
    assert reporter.notes == ["waiting for `assemble cache clean` to finish"]


def test_a_cache_that_can_not_be_written_is_used_without(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    lock = FolderCacheLock(tmp_path / "cache", RecordedReporter())
    lock.share()
    with lock.alone():
        lock.close()
