"""How well wheels fit a machine, by the tags in their names."""

from collections.abc import Iterable
from functools import lru_cache

from packaging.tags import Tag
from packaging.utils import parse_wheel_filename
from packaging.version import Version

from assembler.model.distribution import DistributionFile


class Ranks:
    """The ranks of wheels on a machine that takes these tags, best first; 0 is the best."""

    def __init__(self, best_first: Iterable[Tag]) -> None:
        self._of_tag: dict[Tag, int] = {}
        for rank, tag in enumerate(best_first):
            self._of_tag.setdefault(tag, rank)
        self._of_wheel: dict[str, int | None] = {}

    def of(self, filename: str) -> int | None:
        """The rank of a wheel: that of the best of its tags; `None` where it does not fit."""
        if filename not in self._of_wheel:
            self._of_wheel[filename] = self._rank(filename)
        return self._of_wheel[filename]

    def best(self, wheels: Iterable[DistributionFile]) -> DistributionFile | None:
        """The first of the wheels that fit best, or `None`."""
        found: tuple[int, DistributionFile] | None = None
        for wheel in wheels:
            rank = self.of(wheel.filename)
            if rank is not None and (found is None or rank < found[0]):
                found = rank, wheel
        return found and found[1]

    def _rank(self, filename: str) -> int | None:
        _, _, tags = wheel_name(filename)
        return min((self._of_tag[tag] for tag in tags if tag in self._of_tag), default=None)


@lru_cache(maxsize=65536)
def wheel_name(filename: str) -> tuple[str, Version, frozenset[Tag]]:
    """The name, version and tags that a wheel's file name says. Raises `ValueError`."""
    name, version, _, tags = parse_wheel_filename(filename)
    return name, version, tags
