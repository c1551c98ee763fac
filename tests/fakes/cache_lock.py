"""Taking turns with a cache, among threads."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock


class MemoryCacheLock:
    """The `CacheLock` port without a cache to clean; `held` are what was done, in order."""

    def __init__(self) -> None:
        self.held: list[str] = []
        self._turns: dict[str, Lock] = {}
        self._guard = Lock()

    def share(self) -> None:
        pass

    def hold(self, key: str, doing: str) -> AbstractContextManager[None]:
        return self._hold(key, doing)

    def stop_waiting(self) -> None:
        pass

    def alone(self) -> AbstractContextManager[None]:
        return nullcontext()

    @contextmanager
    def _hold(self, key: str, doing: str) -> Iterator[None]:
        with self._guard:
            turn = self._turns.setdefault(key, Lock())
        with turn:
            self.held.append(doing)
            yield
