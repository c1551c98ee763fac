"""Who works with the cache: many share it, one makes what a key names, who cleans it is alone."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path, PurePath
from threading import Lock

from assembler.adapters.turns.lock_file import LockFile, holder_of, tried
from assembler.adapters.turns.waiter import GRACE, Waiter
from assembler.ports import Reporter

_GATE = "gate"
_USER = "user-"


class FolderCacheLock:
    """The `CacheLock` port: lock files in a folder of the cache.

    Who shares the cache holds a file of its own, which it may make only while it holds the gate.
    Who wants the cache alone holds the gate until it is done, and waits for all who share; so
    nobody else comes in meanwhile. Files go with who held them; those of who was killed go when
    the cache is cleaned. Where none can be made or locked the work goes on without: what is
    missing from a cache is made again.
    """

    def __init__(self, folder: PurePath, reporter: Reporter, grace: float = GRACE) -> None:
        self._folder = Path(folder)
        self._waiter = Waiter(reporter, grace)
        self._user: LockFile | None = None
        self._turns: dict[str, Lock] = {}
        self._guard = Lock()

    def share(self) -> None:
        """Keep the cache from being cleaned until we are closed."""
        if self._user is None:
            with self._guard:
                self._enter()

    def hold(self, key: str, doing: str) -> AbstractContextManager[None]:
        """Hold a key; waiting for another process is announced with it and what it does."""
        return self._hold(key, doing)

    def alone(self) -> AbstractContextManager[None]:
        """Have the cache alone; waiting for others is announced."""
        return self._alone()

    def stop_waiting(self) -> None:
        """Refuse who waits for a key, or will, with `StoppedError`."""
        self._waiter.stop()

    def close(self) -> None:
        """Let it be cleaned; nobody waits any more."""
        self.stop_waiting()
        if self._user is not None:
            self._user.remove()
            self._user = None

    @contextmanager
    def _hold(self, key: str, doing: str) -> Iterator[None]:
        self.share()
        with self._guard:
            turn = self._turns.setdefault(key, Lock())
        with turn:
            lock = self._taken(hashlib.sha256(key.encode()).hexdigest()[:32], doing)
            try:
                yield
            finally:
                if lock is not None:
                    lock.remove()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        gate = self._taken(_GATE, "cleans the cache")
        try:
            if gate is not None:
                self._wait_for_users()
                self._sweep()
            yield
        finally:
            if gate is not None:
                gate.remove()

    def _taken(self, name: str, doing: str) -> LockFile | None:
        """A lock file; `None`, and no file left, where that can't be."""
        path = self._folder / name
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                return self._waiter.take(path, doing)
            except OSError:
                path.unlink()
        return None

    def _enter(self) -> None:
        if self._user is None:
            with suppress(OSError):
                self._user = self._entered()

    def _entered(self) -> LockFile:
        """Come in through the gate, unless we are already in with the command that started us."""
        self._folder.mkdir(parents=True, exist_ok=True)
        gate = tried(self._folder / _GATE)
        if gate is None and not self._is_within():
            gate = self._waiter.take(self._folder / _GATE, "begins to use the cache")
        try:
            user = self._folder / f"{_USER}{os.urandom(8).hex()}"
            return self._waiter.take(user, "uses the cache")
        finally:
            if gate is not None:
                gate.remove()

    def _is_within(self) -> bool:
        """Whether a command that waits for us shares the cache: who cleans waits for that one."""
        from assembler.adapters.turns.ancestors import (  # noqa: PLC0415 - needed only while one cleans
            ancestors,
        )

        above = ancestors()
        return any(_is_held_by(path, above) for path in self._users())

    def _wait_for_users(self) -> None:
        waited: set[Path] = set()
        while users := self._users() - waited:
            for path in sorted(users):
                with suppress(OSError):
                    self._waiter.take(path, "cleans the cache").remove()
            waited |= users

    def _users(self) -> set[Path]:
        return {*self._folder.glob(f"{_USER}*")}

    def _sweep(self) -> None:
        """Remove what who was killed has left."""
        for path in {*self._folder.glob("*")} - {self._folder / _GATE}:
            with suppress(OSError):
                if left := tried(path):
                    left.remove()


def _is_held_by(path: Path, processes: frozenset[int]) -> bool:
    holder = holder_of(path)
    if holder is None or holder.pid not in processes:
        return False
    left = tried(path)
    if left is None:
        return True
    left.remove()
    return False
