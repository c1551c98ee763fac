"""Loading does work in proportion to the number of parts; counted, so that no clock is asked."""

from functools import partial

import pytest

from tests.benchmarks.assemblies import assembly
from tests.benchmarks.counting import calls
from tests.benchmarks.loading import composed, ordered


@pytest.fixture(scope="module")
def counts() -> dict[int, int]:
    ordered(composed(assembly(4)))
    return {parts: calls(partial(ordered, composed(assembly(parts)))) for parts in (200, 400, 800)}


@pytest.mark.parametrize(("parts", "twice"), [(200, 400), (400, 800)])
def test_twice_the_parts_are_twice_the_work(counts: dict[int, int], parts: int, twice: int):
    assert counts[twice] <= 2.05 * counts[parts]


def test_a_part_takes_no_more_calls_than_it_did(counts: dict[int, int]):
    assert counts[800] / 800 < 1600
