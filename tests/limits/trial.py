"""What is tried of a limit."""

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from assembler.model.limits import Limits


class Trial(msgspec.Struct, frozen=True):
    """Work in a folder that is done within `passes`, and is beyond `fails`; `others` stand by.

    Where the limit paces work instead of ending it, the work tells what it observed, which is
    within the limit for both.
    """

    work: Callable[[Limits, Path], object]
    passes: float
    fails: float
    others: Mapping[str, float] = {}

    def limits(self, name: str, value: float) -> Limits:
        """The limits of one try."""
        return msgspec.convert({**_kebab(self.others), **_kebab({name: value})}, Limits)


def _kebab(said: Mapping[str, float]) -> dict[str, float]:
    return {name.replace("_", "-"): value for name, value in said.items()}
