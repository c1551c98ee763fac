"""Due parts made several at once: in the order of the graph, and ended when one of them fails."""

from collections.abc import Callable, Mapping
from threading import Barrier, Event, Lock

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembler.errors import Faults, PartError, StoppedError
from assembler.execute.crew import Make, make_due
from assembler.model.manifest import BuiltPart
from assembler.model.plan import New, PlannedPart
from assembler.ports import Tools
from tests.execute.tools import fresh, tools
from tests.fakes.processes import RecordedProcesses
from tests.fakes.reporter import RecordedReporter

PATIENCE = 60.0


def due(name: str, *needs: str) -> PlannedPart:
    return PlannedPart(
        name=name,
        recipe="test",
        key=f"key-{name}",
        directory=name,
        steps=(),
        reasons=(New(),),
        edges=needs,
    )


def built(part: PlannedPart) -> BuiltPart:
    return BuiltPart(key=part.key, recipe=part.recipe, directory=part.directory, files=())


def with_jobs(jobs: int) -> Tools:
    return msgspec.structs.replace(tools(fresh()), jobs=jobs)


class EndedProcesses(RecordedProcesses):
    """Tells who waits for it that commands are being ended."""

    def __init__(self) -> None:
        super().__init__()
        self.ending = Event()

    def close(self) -> None:
        super().close()
        self.ending.set()


def making(**how: Callable[[], object]) -> Make:
    """Make each part, and do before what is said for it."""

    def make(part: PlannedPart) -> BuiltPart:
        how.get(part.name, lambda: None)()
        return built(part)

    return make


def test_parts_that_need_nothing_of_each_other_are_made_at_once() -> None:
    together = Barrier(3)

    def meet() -> None:
        together.wait(PATIENCE)

    made = make_due(
        (due("a"), due("b"), due("c"), due("last", "a", "b", "c")),
        making(a=meet, b=meet, c=meet),
        with_jobs(3),
    )
    assert {name: part.key for name, part in made.items()} == {
        "a": "key-a", "b": "key-b", "c": "key-c", "last": "key-last",
    }  # fmt: skip


def test_no_more_than_jobs_are_made_at_once() -> None:
    pairs, lock = Barrier(2), Lock()
    running: list[str] = []
    most: list[int] = []

    def make(part: PlannedPart) -> BuiltPart:
        with lock:
            running.append(part.name)
            most.append(len(running))
        pairs.wait(PATIENCE)
        with lock:
            running.remove(part.name)
        return built(part)

    make_due([due(name) for name in "abcdef"], make, with_jobs(2))
    assert max(most) == 2


def test_one_at_a_time_keeps_the_building_order() -> None:
    with_one = with_jobs(1)
    make_due((due("c"), due("a", "c"), due("b")), making(), with_one)
    assert isinstance(with_one.reporter, RecordedReporter)
    assert with_one.reporter.advanced == [
        ("c", 0), ("c", 1), ("a", 0), ("a", 1), ("b", 0), ("b", 1),
    ]  # fmt: skip


def fail(message: str) -> None:
    raise PartError(message)


def test_a_failure_ends_what_runs_and_begins_nothing_more() -> None:
    processes, begun = EndedProcesses(), Event()

    def run() -> None:
        begun.set()
        assert processes.ending.wait(PATIENCE)
        raise StoppedError("ended")

    def fail_then() -> None:
        assert begun.wait(PATIENCE)
        fail("part `bad` failed")

    crew = msgspec.structs.replace(with_jobs(2), processes=processes)
    parts = (due("bad"), due("runs"), due("waits"), due("needs", "runs"))
    with pytest.raises(PartError) as caught:
        make_due(parts, making(bad=fail_then, runs=run), crew)
    assert caught.value.message == "part `bad` failed"
    assert isinstance(crew.reporter, RecordedReporter)
    assert crew.reporter.notes == ["ended before done: `runs`"]
    assert crew.reporter.advanced == [("bad", 0), ("runs", 0)]


def test_all_that_failed_by_itself_is_told_the_first_first() -> None:
    processes, begun = EndedProcesses(), Event()

    def second() -> None:
        begun.set()
        assert processes.ending.wait(PATIENCE)
        fail("part `a` failed")

    def first() -> None:
        assert begun.wait(PATIENCE)
        fail("part `b` failed")

    crew = msgspec.structs.replace(with_jobs(2), processes=processes)
    with pytest.raises(Faults) as caught:
        make_due((due("a"), due("b")), making(a=second, b=first), crew)
    assert [error.message for error in caught.value.errors] == [
        "part `b` failed",
        "part `a` failed",
    ]


def test_what_is_no_failure_of_a_part_is_raised_as_it_is() -> None:
    def crash() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        make_due((due("a"), due("b")), making(a=crash), with_jobs(2))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[PlannedPart, ...]:
    count = draw(st.integers(0, 12))
    return tuple(
        due(f"p{number}", *(f"p{n}" for n in range(number) if draw(st.booleans())))
        for number in range(count)
    )


@given(graphs(), st.integers(1, 5))
def test_any_graph_is_made_in_its_order(parts: tuple[PlannedPart, ...], jobs: int) -> None:
    lock = Lock()
    order: list[str] = []

    def make(part: PlannedPart) -> BuiltPart:
        with lock:
            assert set(part.edges) <= set(order)
        made = built(part)
        with lock:
            order.append(part.name)
        return made

    made: Mapping[str, BuiltPart] = make_due(parts, make, with_jobs(jobs))
    assert dict(made) == {part.name: built(part) for part in parts}
    assert sorted(order) == sorted(part.name for part in parts)
