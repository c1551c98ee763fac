"""What strangers write, changed at random: `python -m tests.faults.fuzz --seconds 600 --seed 1`.

Archives, pages, locks and assembly files are read in this process: what comes of them is a value
that holds what it should, or an error of ours. And hostile texts are planted wherever assembler
reads one, for real commands. A fault is told with its number; `--only NAME --number N` and the same
seed bring it back.
"""

import argparse
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn, Protocol

from tests.faults.copies import Copies
from tests.faults.figures import tell
from tests.faults.fuzz_archives import Archives
from tests.faults.fuzz_assemblies import Assemblies
from tests.faults.fuzz_locks import Locks
from tests.faults.fuzz_pages import Pages
from tests.faults.sink_scene import Scene
from tests.faults.sinks import Sinks
from tests.servers import serve

REAL_COMMANDS = 0.6
"""How much of the time is for hostile texts, which real commands read."""


LONGEST = 200
"""How long one trial may take, in seconds; on an idle machine it is less than three."""


class Fuzzer(Protocol):
    """Something that is changed at random and read."""

    name: str

    def once(self, chance: random.Random) -> Iterator[str]:
        """Do it once; yields what came of it that must not."""
        ...


class Trial:
    """What was tried, and the faults."""

    def __init__(self, seed: int) -> None:
        self.tried: Counter[str] = Counter()
        self.faults: list[str] = []
        self._seed = seed

    def run(self, fuzzer: Fuzzer, *, most: int, seconds: float = 3600) -> None:
        """Try so often, or until time is up."""
        end = time.monotonic() + seconds
        for number in range(most):
            if time.monotonic() > end:
                break
            self.once(fuzzer, number)

    def once(self, fuzzer: Fuzzer, number: int) -> None:
        """Try the one with this number."""
        self.tried[fuzzer.name] += 1
        where = f"{fuzzer.name}, number {number}"
        try:
            with in_time():
                found = list(fuzzer.once(random.Random(f"{self._seed}-{number}")))
        except Exception:  # noqa: BLE001 - whatever is raised is the fault that we look for
            found = [traceback.format_exc()]
        self.faults += [f"{where}: {fault}" for fault in found]


@contextmanager
def in_time() -> Iterator[None]:
    """Raise `TimeoutError` when this takes too long."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LONGEST)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def fuzzers(folder: Path, scene: Scene) -> tuple[Fuzzer, ...]:
    """All of them; the last one runs real commands."""
    locks = [path.read_text() for path in sorted(scene.project.glob("pylock*.toml"))]
    return Archives(folder), Pages(), Locks(locks), Assemblies(), Sinks(scene)


def main() -> int:
    """Print what came of it; 1 if there was a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="the name of one kind")
    parser.add_argument("--number", type=int, help="one trial alone")
    arguments = parser.parse_args()
    trial = Trial(arguments.seed)
    with tempfile.TemporaryDirectory() as folder, serve({}) as index, Copies() as copies:
        found = fuzzers(Path(folder), Scene(Path(folder, "scene"), index, copies))
        chosen = [each for each in found if arguments.only in {None, each.name}]
        others = (1 - REAL_COMMANDS) / (len(found) - 1)
        for fuzzer in chosen:
            share = REAL_COMMANDS if isinstance(fuzzer, Sinks) else others
            seconds = arguments.seconds * (share if len(chosen) > 1 else 1)
            if arguments.number is None:
                trial.run(fuzzer, most=sys.maxsize, seconds=seconds)
            else:
                trial.once(fuzzer, arguments.number)
    figures = f"{trial.tried.total()} changed at random, {len(trial.faults)} faults"
    return tell(figures, trial.tried, trial.faults, seed=arguments.seed)


if __name__ == "__main__":
    sys.exit(main())
