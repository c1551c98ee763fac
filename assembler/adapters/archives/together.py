"""What several threads ask for at about the same time, done at once for all of them."""

from collections.abc import Callable, Sequence
from threading import Condition
from typing import Generic, TypeVar

from assembler.errors import StoppedError

Item = TypeVar("Item")


class _Request(Generic[Item]):
    """Something that is to be done, by itself where it could not be done with others."""

    def __init__(self, item: Item, weight: int) -> None:
        self.item = item
        self.weight = weight
        self.alone = False
        self.done = False
        self.error: BaseException | None = None


class Together(Generic[Item]):
    """Does things for many threads in up to `turns` of them at once, the heaviest first.

    A turn does what waits when it begins, until that weighs more than `most`. Where it fails, all
    that was in it is done one by one, so that each who asked for something learns what became of
    that: doing a thing twice must do no harm.
    """

    def __init__(
        self, do: Callable[[Sequence[Item]], None], *, turns: int = 1, most: int = 0
    ) -> None:
        self._do = do
        self._turns = turns
        self._most = most
        self._waiting: list[_Request[Item]] = []
        self._closed = False
        self._changed = Condition()

    @property
    def waiting(self) -> int:
        """How many things are to be done in turns that did not begin yet."""
        return len(self._waiting)

    def do(self, item: Item, weight: int = 0) -> None:
        """Return when it is done. Raises what doing it raises, and `StoppedError` once closed."""
        request = _Request(item, weight)
        with self._changed:
            self._waiting.append(request)
            self._refuse_if_closed()
        while batch := self._next(request):
            error: BaseException | None = None
            try:
                self._do([each.item for each in batch])
            except BaseException as caught:  # noqa: BLE001 - raised where it was asked for
                error = caught
            self._end(batch, error)
        if request.error is not None:
            raise request.error

    def close(self) -> None:
        """Begin no more turns."""
        with self._changed:
            self._closed = True
            self._refuse_if_closed()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            for each in self._waiting:
                each.done, each.error = True, StoppedError("assembler is ending")
            self._waiting = []
            self._changed.notify_all()

    def _next(self, request: _Request[Item]) -> Sequence[_Request[Item]]:
        """What is to be done now by the thread that made a request; nothing once that is done."""
        with self._changed:
            while not request.done:
                if self._turns and self._waiting:
                    self._turns -= 1
                    return self._batch()
                self._changed.wait()
        return ()

    def _batch(self) -> Sequence[_Request[Item]]:
        first, *others = sorted(self._waiting, key=lambda each: (not each.alone, -each.weight))
        batch, weight = [first], first.weight
        for each in () if first.alone else others:
            weight += each.weight
            if weight > self._most:
                break
            batch.append(each)
        self._waiting = [each for each in self._waiting if each not in batch]
        return batch

    def _end(self, batch: Sequence[_Request[Item]], error: BaseException | None) -> None:
        """Give the turn back, and say what became of a batch."""
        with self._changed:
            self._turns += 1
            if error is not None and len(batch) > 1:
                self._waiting += batch
            for each in batch:
                each.alone = error is not None
                each.done = error is None or len(batch) == 1
                each.error = error if each.done else None
            self._refuse_if_closed()
            self._changed.notify_all()
