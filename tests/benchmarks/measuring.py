"""Commands that are run by turns, and what they took."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

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


@dataclass
class Times:
    """What the runs of a command took: seconds, and MB of memory at their peak."""

    every: list[float] = field(default_factory=list)
    memory: float = 0.0

    @property
    def seconds(self) -> float:
        """The median."""
        return median(self.every)


def run(contestant: Contestant) -> tuple[float, float]:
    """Run a command once; return seconds, and the peak memory of it or of a child in MB."""
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
    return seconds, used.ru_maxrss * 1024 / MB


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
            seconds, memory = run(contestant)
            times[name].every.append(seconds)
            times[name].memory = max(times[name].memory, memory)
            sys.stderr.write(f"    {name}: {seconds:.3f} s, {memory:.0f} MB\n")
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
