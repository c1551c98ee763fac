"""What several threads ask for, done at once for all of them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assembler.adapters.archives.together import Together
from assembler.errors import StoppedError

PATIENCE = 20.0


class Held:
    """A turn that goes on until it is let go, and all batches that there were."""

    def __init__(self, do: Callable[[Sequence[str]], None] = lambda _: None) -> None:
        self.batches: list[list[str]] = []
        self.begun = Event()
        self.go = Event()
        self._do = do

    def __call__(self, items: Sequence[str]) -> None:
        self.batches.append(list(items))
        self.begun.set()
        assert self.go.wait(PATIENCE)
        self._do(items)


def asked(held: Held, weights: dict[str, int], most: int = 0) -> dict[str, str]:
    """Let `first` have the turn while others ask; what became of each."""
    together = Together[str](held, most=most)
    with ThreadPoolExecutor(len(weights) + 1) as threads:
        futures = {"first": threads.submit(together.do, "first")}
        assert held.begun.wait(PATIENCE)
        for name, weight in weights.items():
            futures[name] = threads.submit(together.do, name, weight)
        while together.waiting < len(weights):
            held.go.wait(0.001)
        held.go.set()
        return {name: str(each.exception(PATIENCE) or "") for name, each in futures.items()}


def test_what_waits_is_done_at_once() -> None:
    held = Held()
    assert asked(held, {"a": 0, "b": 0, "c": 0}) == {"first": "", "a": "", "b": "", "c": ""}
    assert [sorted(batch) for batch in held.batches] == [["first"], ["a", "b", "c"]]


def test_the_heaviest_come_first_and_a_batch_has_a_limit() -> None:
    held = Held()
    asked(held, {"light": 1, "heavy": 9, "middle": 3, "small": 2}, most=5)
    assert held.batches == [["first"], ["heavy"], ["middle", "small"], ["light"]]


def test_each_learns_what_became_of_what_it_asked_for() -> None:
    def refuse(items: Sequence[str]) -> None:
        if "bad" in items:
            message = f"{len(items)} with a bad one"
            raise ValueError(message)

    held = Held(refuse)
    told = asked(held, {"a": 0, "bad": 0, "b": 0})
    assert told == {"first": "", "a": "", "bad": "1 with a bad one", "b": ""}
    assert sorted(map(sorted, held.batches[2:])) == [["a"], ["b"], ["bad"]]


def test_what_is_asked_for_alone_fails_with_its_own_error() -> None:
    def refuse(items: Sequence[str]) -> None:
        raise LookupError(*items)

    with pytest.raises(LookupError, match="one"):
        Together[str](refuse).do("one")


def test_what_waits_is_not_begun_once_it_is_closed() -> None:
    held = Held()
    together = Together[str](held)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(together.do, "first")
        assert held.begun.wait(PATIENCE)
        second = threads.submit(together.do, "second")
        while not together.waiting:
            held.go.wait(0.001)
        together.close()
        assert isinstance(second.exception(PATIENCE), StoppedError)
        held.go.set()
        assert first.exception(PATIENCE) is None
    with pytest.raises(StoppedError):
        together.do("third")
    assert held.batches == [["first"]]


@settings(max_examples=20, deadline=None)
@given(
    weights=st.lists(st.integers(0, 9), min_size=1, max_size=30),
    turns=st.integers(1, 3),
    bad=st.sets(st.integers(0, 29)),
)
def test_everything_is_done(weights: list[int], turns: int, bad: set[int]) -> None:
    done: list[int] = []
    at_once: list[int] = []
    busy = Lock()

    def work(items: Sequence[int]) -> None:
        with busy:
            at_once.append(1)
        try:
            if bad.intersection(items):
                raise ValueError
            with busy:
                done.extend(items)
        finally:
            with busy:
                at_once.pop()
        assert len(at_once) < turns

    together = Together[int](work, turns=turns, most=12)
    with ThreadPoolExecutor(8) as threads:
        futures = [threads.submit(together.do, *each) for each in enumerate(weights)]
    failed = {number for number, each in enumerate(futures) if each.exception()}
    assert failed == bad.intersection(range(len(weights)))
    assert sorted(done) == sorted(set(range(len(weights))) - failed)
