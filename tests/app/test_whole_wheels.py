"""Work is done again where a wheel of the cache is damaged, and not for ever."""

import pytest

from assembler.app.whole_wheels import with_whole_wheels
from assembler.errors import DamagedWheelError


def test_each_damaged_wheel_is_one_more_try() -> None:
    damaged = ["a", "b"]

    def work() -> str:
        if damaged:
            raise DamagedWheelError(damaged.pop())
        return "done"

    assert with_whole_wheels(work) == "done"


def test_one_that_stays_damaged_is_an_error() -> None:
    tries: list[str] = []

    def work() -> str:
        tries.append("again")
        raise DamagedWheelError("a-1-k")

    with pytest.raises(DamagedWheelError, match=r"^`a-1-k` is not in the cache, or damaged there$"):
        with_whole_wheels(work)
    assert len(tries) == 2
