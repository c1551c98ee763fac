"""Commands that are run by turns, and what they took."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Self

MB = 1_000_000


def nothing() -> None:
    """What is done before a command that needs no preparation."""


@dataclass(frozen=True)
class Contestant:
    """A command with what is done, unmeasured, before each of its runs."""

    argv: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    before: Callable[[], None] = nothing
    most: int | None = None
    """How many rounds it takes part in, where it is slow."""


@dataclass(frozen=True)
class Used:
    """What one run of a command used.

    `computing` is the seconds that cores worked for it and its children, `memory` the peak of it or
    of a child in MB.
    """

    seconds: float
    computing: float
    memory: float


@dataclass
class Times:
    """What the runs of a command took: seconds, and MB of memory at their peak."""

    every: list[float] = field(default_factory=list)
    computed: list[float] = field(default_factory=list)
    memory: float = 0.0

    @property
    def seconds(self) -> float:
        """The median."""
        return median(self.every)

    @property
    def computing(self) -> float:
        """The median of the seconds that cores worked."""
        return median(self.computed)

    def add(self, used: Used) -> None:
        """Count one more run."""
        self.every.append(used.seconds)
        self.computed.append(used.computing)
        self.memory = max(self.memory, used.memory)


@dataclass(frozen=True)
class Spread:
    """One command's seconds divided by another's: within what half of the rounds lie."""

    low: float
    high: float

    @classmethod
    def of(cls, ours: Times, theirs: Times) -> Self:
        """The spread of commands that took turns, at least twice."""
        ratios = [mine / other for mine, other in zip(ours.every, theirs.every, strict=True)]
        low, _, high = quantiles(ratios, n=4, method="inclusive")
        return cls(low, high)


def run(contestant: Contestant) -> Used:
    """Run a command once."""
    with tempfile.TemporaryFile() as output:
        began = perf_counter()
        started = subprocess.Popen(
            contestant.argv,
            cwd=contestant.folder,
            env=contestant.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(started.pid, 0)
        seconds = perf_counter() - began
        started.returncode = os.waitstatus_to_exitcode(status)
        if started.returncode:
            output.seek(0)
            text = output.read().decode(errors="replace")
            raise SystemExit(f"{' '.join(contestant.argv)[:200]}: {text[-4000:]}")
    return Used(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / MB)


def by_turns(contestants: Mapping[str, Contestant], rounds: int) -> dict[str, Times]:
    """Run each command in every round; the one that begins is another each time."""
    times = {name: Times() for name in contestants}
    names = list(contestants)
    for turn in range(rounds):
        first = turn % len(names)
        for name in (*names[first:], *names[:first]):
            contestant = contestants[name]
            if contestant.most is not None and turn >= contestant.most:
                continue
            contestant.before()
            used = run(contestant)
            times[name].add(used)
            sys.stderr.write(f"    {name}: {used.seconds:.3f} s, {used.memory:.0f} MB\n")
    return times


@dataclass(frozen=True)
class Space:
    """What files take: bytes and inodes, each inode once."""

    size: int
    inodes: int


def space(folders: Sequence[Path], known: frozenset[int] = frozenset()) -> Space:
    """What these folders take together, apart from the inodes that are known."""
    found = _inodes(folders)
    new = found.keys() - known
    return Space(sum(found[each] for each in new), len(new))


def inodes(folders: Sequence[Path]) -> frozenset[int]:
    """The inodes of these folders, all of which are on one file system."""
    return frozenset(_inodes(folders))


def _inodes(folders: Sequence[Path]) -> dict[int, int]:
    found: dict[int, int] = {}
    pending = [str(folder) for folder in folders if folder.exists()]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                status = entry.stat(follow_symlinks=False)
                found[status.st_ino] = status.st_blocks * 512
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
    return found
