"""The programs that look for faults, how much each of them does, and how its figures are read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

Command = tuple[str, ...]

_DETAILS = re.compile(r"\s*\([^()]*\)")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program and what it tries; it may be run more than once, each time with another seed."""

    what: str
    words: Command
    option: str = ""
    amount: int = 0
    """0: all, without the option."""

    some: int = 0
    """What stands for the amount in a short run."""

    runs: int = 0
    """How many runs, each with a seed of its own; 0: it takes no seed."""

    alone: bool = False

    def commands(self, *, short: bool, seed: int) -> tuple[Command, ...]:
        """What is run, after `python -m`."""
        amount = self.some if short else self.amount
        how = (self.option, str(amount)) if amount else ()
        seeds: list[Command] = [("--seed", str(seed + number)) for number in range(self.runs)]
        return tuple((*self.words, *how, *each) for each in seeds or [()])


PROGRAMS = (
    Program(
        what="kills at random moments of `lock`, `build`, `deploy`, `rollback` and `clean`",
        words=("tests.faults.kills",),
        option="--kills",
        amount=500,
        some=10,
        runs=2,
    ),
    Program(
        what="calls of `lock`, `build` and `deploy` that fail",
        words=("tests.faults.calls",),
        option="--every",
        amount=23,
        some=499,
    ),
    Program(
        what="power cuts at random moments of the same commands",
        words=("tests.faults.power",),
        option="--cuts",
        amount=250,
        some=8,
        runs=2,
    ),
    Program(
        what="what strangers write, changed at random",
        words=("tests.faults.fuzz",),
        option="--seconds",
        amount=300,
        some=10,
        runs=1,
    ),
    Program(
        what="cases of hostile indexes, servers and archives, and edited locks",
        words=("tests.hostile.ours",),
        option="--every",
        some=25,
    ),
    Program(
        what="the same cases of indexes with pip",
        words=("tests.hostile.others", "pip"),
        option="--every",
        some=25,
    ),
    Program(
        what="the same cases of indexes with uv",
        words=("tests.hostile.others", "uv"),
        option="--every",
        some=25,
    ),
    Program(
        what="bits flipped, files cut off, swapped, added, taken away in caches and prefixes",
        words=("tests.faults.corruption",),
        option="--each",
        amount=4,
        some=1,
        runs=1,
    ),
    Program(
        what="commands on full, crowded, read-only and two disks",
        words=("tests.faults.mounts",),
        option="--every",
        some=13,
    ),
    Program(
        what="one application built in other folders, by other users, with other settings",
        words=("tests.faults.same",),
        option="--builds",
        amount=40,
        some=3,
        runs=1,
    ),
    Program(
        what="commands of eight processes with one cold cache, killed, stopped and cleaned under",
        words=("tests.faults.many",),
        option="--seconds",
        amount=120,
        some=10,
        runs=1,
        alone=True,
    ),
)
"""Those that take long stand first."""


def figures(lines: Sequence[str]) -> str:
    """The figures of a program's last lines, added up, without what they are made of."""
    plain = [_DETAILS.sub("", line).strip() for line in lines]
    if len({_NUMBER.sub("", line) for line in plain}) != 1 or len(plain) == 1:
        return "; ".join(plain)
    sums = map(sum, zip(*(map(int, _NUMBER.findall(line)) for line in plain), strict=True))
    return _NUMBER.sub(lambda _: str(next(sums)), plain[0])
