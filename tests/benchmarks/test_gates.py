"""The gates of a lock do work in proportion to its pins; counted, so that no clock is asked."""

from functools import partial

import pytest

from assembler.lock.gates import checked
from assembler.lock.reading import loads
from assembler.model.lock import Lock
from tests.benchmarks.counting import calls
from tests.lock.samples import LINUX, PYTHON, lock, pin

DISTRIBUTIONS = 40


def programs(count: int) -> Lock:
    """Programs that share most of their distributions, each in one of two versions."""
    return lock(
        {
            (f"program-{number}", LINUX, PYTHON): [
                pin(f"d{place}", "1.0" if (number + place) % 3 else "2.0")
                for place in range(DISTRIBUTIONS)
            ]
            for number in range(count)
        }
    )


@pytest.fixture(scope="module")
def locks() -> dict[int, Lock]:
    found = {count: programs(count) for count in (2, 20, 40)}
    checked(found[2])
    return found


def test_a_pin_takes_no_more_calls_to_check_than_it_did(locks: dict[int, Lock]):
    once, twice = (calls(partial(checked, locks[count])) for count in (20, 40))

    assert once / (20 * DISTRIBUTIONS) < 125
    assert twice <= 2.05 * once


def test_a_pin_takes_no_more_calls_to_read_than_it_did(locks: dict[int, Lock]):
    texts = [checked(locks[count]).text for count in (20, 40)]
    once, twice = (calls(partial(loads, text, "pylock.toml")) for text in texts)

    assert once / (20 * DISTRIBUTIONS) < 29
    assert twice <= 2.05 * once
