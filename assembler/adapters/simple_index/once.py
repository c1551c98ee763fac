"""Work that several threads want and one does."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key")
Result = TypeVar("Result")


class Once(Generic[Key, Result]):
    """Results by key: whoever asks first does the work, all others wait for the same result."""

    def __init__(self) -> None:
        self._futures: dict[Key, Future[Result]] = {}
        self._lock = Lock()

    def __contains__(self, key: Key) -> bool:
        return key in self._futures

    def result(self, key: Key, work: Callable[[], Result]) -> Result:
        """Return the result for the key, or raise what its work raised."""
        with self._lock:
            known = self._futures.get(key)
            future = known or self._futures.setdefault(key, Future())
        if known is None:
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 - handed to whoever asks
                future.set_exception(error)
        return future.result()
