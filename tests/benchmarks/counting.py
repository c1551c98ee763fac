"""What commands do, counted: modules imported, calls of the system, instructions, functions."""

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

from tests.behaviours.world import PATIENCE, World

CALL = re.compile(r"^\d+ +([a-z_0-9]+)\(", re.MULTILINE | re.ASCII)
OPENED = re.compile(r"^\d+ +openat\(.*= \d+$", re.MULTILINE)
COLLECTED = re.compile(r"Collected : (?P<instructions>\d+)")
NOTHING = ("-c", "pass")
"""What a command is compared with: Python that starts and ends."""


@dataclass(frozen=True)
class Calls:
    """How often a command called the system, and how many files it opened."""

    every: int
    opened: int


class Counted:
    """Commands of an application, run under tools that count; each has run twice before."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._environment = world.environment | {
            "PYTHONPYCACHEPREFIX": str(world.folder / "bytecode"),
        }

    def requests(self, *words: str) -> int:
        """What a command asks the index."""
        before = len(self._world.index.requests)
        self._run((sys.executable, "-m", "assembler", *words))
        return len(self._world.index.requests) - before

    def modules(self, *words: str) -> set[str]:
        """What a command imports that Python alone does not."""
        ours, nothing = (self._imported(words) for words in _beside(words))
        return ours - nothing

    def calls(self, *words: str) -> Calls:
        """What a command asks the system, without what Python alone asks."""
        ours, nothing = (self._traced(words) for words in _beside(words))
        return Calls(ours.every - nothing.every, ours.opened - nothing.opened)

    def paths_of_a_new_prefix(self) -> int:
        """How often a build into a prefix that is not there yet names a path to the system."""
        build = ("-m", "assembler", "build", "--prefix")
        self._run((sys.executable, *build, "../compiled"))
        return self._logged((*build, "../counted"), "-e", "trace=%file").every

    def instructions(self, *words: str) -> int:
        """The instructions of a command, without those of Python alone."""
        ours, nothing = (self._executed(words) for words in _beside(words))
        return ours - nothing

    def _imported(self, words: Sequence[str]) -> set[str]:
        self._warm(words)
        report = self._run((sys.executable, "-X", "importtime", *words)).stderr
        return {line.rpartition("|")[2].strip() for line in report.splitlines() if "|" in line}

    def _traced(self, words: Sequence[str]) -> Calls:
        self._warm(words)
        return self._logged(words)

    def _logged(self, words: Sequence[str], *options: str) -> Calls:
        log = self._world.folder / "calls"
        self._run(("strace", "-f", *options, "-o", str(log), sys.executable, *words))
        text = log.read_text(errors="replace")
        return Calls(len(CALL.findall(text)), len(OPENED.findall(text)))

    def _executed(self, words: Sequence[str]) -> int:
        self._warm(words)
        tool = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")
        report = self._run((*tool, sys.executable, *words)).stderr
        found = COLLECTED.search(report)
        assert found is not None, report
        return int(found["instructions"])

    def _warm(self, words: Sequence[str]) -> None:
        """Let modules be compiled, and answers be remembered."""
        for _ in range(2):
            self._run((sys.executable, *words))

    def _run(self, argv: Sequence[str]) -> subprocess.CompletedProcess[str]:
        ended = subprocess.run(
            argv,
            cwd=self._world.project,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return ended


def _beside(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    return ("-m", "assembler", *words), NOTHING


def calls(work: Callable[[], object]) -> int:
    """How many functions are called to do some work in this process."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
