"""Work that takes wheels from the cache, done again where one turns out not to be whole."""

from collections.abc import Callable
from typing import TypeVar

from assembler.errors import DamagedWheelError

Done = TypeVar("Done")


def with_whole_wheels(work: Callable[[], Done]) -> Done:
    """Do the work; a wheel that is damaged in the cache counts no more, and is made again.

    Raises `DamagedWheelError` where the same one is damaged again.
    """
    damaged: set[str] = set()
    while True:
        try:
            return work()
        except DamagedWheelError as error:
            if error.key in damaged:
                raise
            damaged.add(error.key)
