"""Work that several threads want and one does."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key")
Result = TypeVar("Result")


class Once(Generic[Key, Result]):
    """Results by key: whoever asks first does the work, all others wait for the same result."""

    def __init__(self) -> None:
        self._results: dict[Key, Result] = {}
        self._errors: dict[Key, BaseException] = {}
        self._turns: dict[Key, Lock] = {}
        self._lock = Lock()

    def __contains__(self, key: Key) -> bool:
        return key in self._turns

    def result(self, key: Key, work: Callable[[], Result]) -> Result:
        """Return the result for the key, or raise what its work raised."""
        if key in self._results:
            return self._results[key]
        with self._lock:
            turn = self._turns.setdefault(key, Lock())
        with turn:
            if key not in self._results and key not in self._errors:
                self._work(key, work)
        if key in self._errors:
            raise self._errors[key]
        return self._results[key]

    def _work(self, key: Key, work: Callable[[], Result]) -> None:
        try:
            self._results[key] = work()
        except BaseException as error:  # noqa: BLE001 - handed to whoever asks
            self._errors[key] = error
