"""Loading does work in proportion to the number of parts; counted, so that no clock is asked."""

import sys
from types import FrameType

import pytest

from assembler.config.document import Document
from tests.benchmarks.assemblies import assembly
from tests.benchmarks.loading import composed, ordered


def calls(document: Document) -> int:
    """How many functions are called to check and order an assembly."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        ordered(document)
    finally:
        sys.setprofile(before)
    return count


@pytest.fixture(scope="module")
def counts() -> dict[int, int]:
    ordered(composed(assembly(4)))
    return {parts: calls(composed(assembly(parts))) for parts in (200, 400, 800)}


@pytest.mark.parametrize(("parts", "twice"), [(200, 400), (400, 800)])
def test_twice_the_parts_are_twice_the_work(counts: dict[int, int], parts: int, twice: int):
    assert counts[twice] <= 2.05 * counts[parts]


def test_a_part_takes_no_more_calls_than_it_did(counts: dict[int, int]):
    assert counts[800] / 800 < 1600
