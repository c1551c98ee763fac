"""Many processes that build with one cold cache: `python -m tests.faults.many --seconds 120`.

Meanwhile a nemesis kills and stops them, and cleans the cache. A command that was killed is run
once more; none may fail in any other way.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.behaviours.programs import program, release_app
from tests.behaviours.world import PATIENCE, World
from tests.faults.figures import tell
from tests.servers import IndexServer, serve

PROJECTS = 8
VERSIONS = ("1.0", "2.0")
MODULES = 30
PAUSE = 0.3
"""The nemesis does something this often, in seconds, at the most seldom."""


class Crowd:
    """Projects that build at once, and what came of it."""

    def __init__(self, folder: Path, index: IndexServer, seed: int) -> None:
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self._seed = seed
        self._over = threading.Event()
        self._gate = threading.Event()
        self._gate.set()
        self._mine: set[subprocess.Popen[str]] = set()
        self._guard = threading.Lock()
        self._worlds = []
        for number in range(PROJECTS):
            (folder / str(number)).mkdir()
            world = World(folder / str(number), index)
            world.cache = folder / "cache"
            self._worlds.append(world)
        self._release()

    def run(self, seconds: float) -> None:
        """Let all of them build for so long, then see what stands."""
        with ThreadPoolExecutor(PROJECTS + 1) as pool:
            work = [pool.submit(self._work, number) for number in range(PROJECTS)]
            work.append(pool.submit(self._haunt))
            self._over.wait(seconds)
            self._over.set()
            for each in work:
                each.result()
            tuple(pool.map(self._finish, range(PROJECTS)))
        self._verify()

    def _release(self) -> None:
        first = self._worlds[0]
        for version in VERSIONS:
            modules = {f"lib/m{n}.py": f"VERSION = {version!r}\n" for n in range(MODULES)}
            first.release("lib", version, files={"lib/__init__.py": ""} | modules)
            for number in range(PROJECTS):
                requires = [f"lib=={version}"]
                release_app(first, f"app{number}", version, f"app{number}", requires=requires)

    def _work(self, number: int) -> None:
        turn = 0
        while not self._over.is_set():
            self._say(number, VERSIONS[turn % 2])
            for command in ("lock", "build"):
                self._gate.wait()
                self._run(number, command)
            turn += 1

    def _say(self, number: int, version: str) -> None:
        self._worlds[number].assembly(program("web", [f"app{number}=={version}"]))

    def _run(self, number: int, command: str) -> None:
        """Run a command, and once more if it was killed."""
        with self._started(number, command) as child:
            code, told = _ended(child)
        self.counts[command] += 1
        if code == -signal.SIGKILL:
            self.counts["killed"] += 1
            ended = self._worlds[number].assemble(command)
            code, told = ended.code, ended.messages
        if code != 0:
            self.faults.append(f"{number}: {command}: exit {code}: {told}")

    @contextmanager
    def _started(self, number: int, *command: str) -> Iterator[subprocess.Popen[str]]:
        """A command at the mercy of the nemesis."""
        world = self._worlds[number]
        child = subprocess.Popen(
            [sys.executable, "-m", "assembler", *command],
            cwd=world.project,
            env=world.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        with self._guard:
            self._mine.add(child)
        try:
            yield child
        finally:
            with self._guard:
                self._mine.remove(child)

    def _haunt(self) -> None:
        chance = random.Random(self._seed)
        deeds = (self._kill, self._stop, self._clean)
        while not self._over.wait(chance.uniform(0, PAUSE)):
            chance.choice(deeds)(chance)

    def _kill(self, chance: random.Random) -> None:
        self._signal(chance, signal.SIGKILL)

    def _stop(self, chance: random.Random) -> None:
        if stopped := self._signal(chance, signal.SIGSTOP):
            self.counts["stopped"] += 1
            self._over.wait(chance.uniform(0, PAUSE))
            stopped.send_signal(signal.SIGCONT)

    def _signal(
        self, chance: random.Random, number: signal.Signals
    ) -> subprocess.Popen[str] | None:
        with self._guard:
            running = sorted(self._mine, key=lambda child: child.pid)
            if not running:
                return None
            child = chance.choice(running)
            child.send_signal(number)
            return child

    def _clean(self, chance: random.Random) -> None:
        """Clean the cache, which waits for who uses it; or be killed while it waits or cleans.

        Nobody begins for a moment, so that those who use it become fewer.
        """
        self._gate.clear()
        with self._started(0, "cache", "clean") as child:
            self._over.wait(chance.uniform(0, 5 * PAUSE))
            self._gate.set()
            try:
                _, told = child.communicate(timeout=chance.uniform(0, 5 * PAUSE))
            except subprocess.TimeoutExpired:
                child.kill()
                _, told = child.communicate()
        code = child.returncode
        self.counts["cleaned" if code == 0 else "cleaning killed"] += 1
        if code not in {0, -signal.SIGKILL}:
            self.faults.append(f"cache clean: exit {code}: {told}")

    def _finish(self, number: int) -> None:
        """A project must be built as it is said."""
        world, last = self._worlds[number], VERSIONS[-1]
        self._say(number, last)
        for command in ("lock", "build", "verify"):
            ended = world.assemble(command)
            if ended.code != 0:
                self.faults.append(f"{number}: at last {command}: {ended.messages}")
        if world.launch(f"app{number}") != f"app{number} {last}":
            self.faults.append(f"{number}: the program is of another version")

    def _verify(self) -> None:
        checked = self._worlds[0].assemble("cache", "verify")
        if checked.code != 0:
            self.faults.append(f"cache verify: {checked.messages}")


def _ended(child: subprocess.Popen[str]) -> tuple[int, str]:
    _, told = child.communicate(timeout=PATIENCE)
    return child.returncode, told


def crowd(folder: Path, seconds: float, seed: int) -> Crowd:
    """Build for so long, in this folder."""
    with serve({}) as index:
        found = Crowd(folder, index, seed)
        found.run(seconds)
        return found


def main() -> int:
    """Print what came of it; 1 if a command failed that nobody killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = crowd(Path(folder), arguments.seconds, arguments.seed)
    commands = found.counts["lock"] + found.counts["build"]
    figures = f"{commands} commands of {PROJECTS} processes, {len(found.faults)} failed"
    return tell(figures, found.counts, found.faults, seed=arguments.seed)


if __name__ == "__main__":
    sys.exit(main())
