"""File-system calls that fail, one after another: `python -m tests.faults.calls`.

A library that is loaded before the C library counts the calls that a command makes in the scratch
folder, and lets one of them fail. The command must say what failed and leave the old or the new
state; run again, it must do its work.
"""

import argparse
import errno
import itertools
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.behaviours.world import Ended, World
from tests.faults.figures import tell
from tests.faults.preloading import compiled
from tests.faults.scene import ONE, TWO, Scene
from tests.servers import serve

ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EACCES, errno.EINTR)
KNOWN = {0, 3, 4, 5, 8}
"""Exit codes of commands that name what failed; 70 would be a bug."""


@dataclass(frozen=True)
class Fault:
    """The n-th call of a command in the scratch folder fails with an error."""

    call: str
    number: int
    error: int

    def __str__(self) -> str:
        return f"{self.call} (call {self.number}) {errno.errorcode[self.error]}"


class Trial:
    """Commands with failing calls, and what came of them."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.tried: Counter[str] = Counter()
        self.faults: list[str] = []
        self._library = compiled("failing.c", scene.world.folder)
        self._log = scene.world.folder / "calls.log"
        self._deploy = ("deploy", "--root", str(scene.root))
        for version in (TWO, ONE):
            scene.say(version)
            scene.world.build()
            scene.world.done(*self._deploy)

    def lock(self, every: int) -> None:
        """Let the calls of `lock` fail, every so many-th."""
        legal = self.scene.locks.values()
        for fault in self._calls(every, self._change_text, "lock"):
            self._change_text()
            self._fail(fault, "lock")
            if self.scene.lock not in legal:
                self.faults.append(f"lock: {fault}: the lock is neither")
            self._heal(fault, "lock")

    def build(self, every: int) -> None:
        """Let the calls of `build` fail, every so many-th."""
        for fault in self._calls(every, self._change_lock, "build"):
            self._change_lock()
            self._fail(fault, "build")
            if wrong := self.scene.mixed():
                self.faults.append(f"build: {fault}: {wrong}")
            self._heal(fault, "build")
            if self.scene.built() != {self.scene.said}:
                self.faults.append(f"build: {fault}: it did not heal")

    def first_build(self, every: int) -> None:
        """Let the calls of a build with neither cache nor prefix fail, every so many-th."""
        for fault in self._calls(every, self._begin_anew, "build"):
            self._begin_anew()
            self._fail(fault, "build")
            self._heal(fault, "build")
            if self.scene.built() != {self.scene.said}:
                self.faults.append(f"first build: {fault}: it did not heal")

    def deploy(self, every: int) -> None:
        """Let the calls of `deploy` fail, every so many-th."""
        for fault in self._calls(every, self._change_build, *self._deploy):
            self._change_build()
            before = self.scene.installed()
            self._fail(fault, *self._deploy)
            if wrong := self.scene.half_installed(before):
                self.faults.append(f"deploy: {fault}: {wrong}")
            self._heal(fault, *self._deploy)
            if f"VERSION={self.scene.said}" not in (self.scene.installed() or ""):
                self.faults.append(f"deploy: {fault}: it did not heal")

    def _change_text(self) -> None:
        self.scene.change()

    def _change_lock(self) -> None:
        self.scene.change()
        (self.scene.world.project / "pylock.toml").write_bytes(self.scene.locks[self.scene.said])

    def _begin_anew(self) -> None:
        self._change_lock()
        self.scene.forget_cache()
        shutil.rmtree(self.scene.world.prefix)

    def _change_build(self) -> None:
        self._change_lock()
        self.scene.world.done("build")

    def _calls(self, every: int, change: Callable[[], None], *command: str) -> Iterator[Fault]:
        """The calls that the command makes, each with every error; or every so many-th of them."""
        change()
        self._log.unlink(missing_ok=True)
        self._watched({"FAILING_LOG": str(self._log)}, *command)
        calls = enumerate(self._log.read_text().split(), 1)
        faults = (Fault(call, number, error) for number, call in calls for error in ERRORS)
        yield from itertools.islice(faults, 0, None, every)

    def _fail(self, fault: Fault, *command: str) -> None:
        what = {"FAILING_NUMBER": str(fault.number), "FAILING_ERROR": str(fault.error)}
        ended = self._watched(what, *command)
        kind = command[0]
        self.tried[kind] += 1
        if ended.code not in KNOWN:
            self.faults.append(f"{kind}: {fault}: exit {ended.code}: {ended.messages}")
        elif ended.code and "error: " not in ended.messages:
            self.faults.append(f"{kind}: {fault}: it does not say what failed")

    def _heal(self, fault: Fault, *command: str) -> None:
        ended = self.scene.world.assemble(*command)
        if ended.code != 0:
            self.faults.append(f"{command[0]}: {fault}: not healed: {ended.messages}")

    def _watched(self, what: dict[str, str], *command: str) -> Ended:
        world = self.scene.world
        preloaded = {"LD_PRELOAD": str(self._library), "FAILING_BELOW": str(world.folder)}
        return world.assemble("--jobs", "1", *command, environment={**preloaded, **what})


def trial(folder: Path, every: int) -> Trial:
    """Let every so many-th call fail, in this folder."""
    with serve({}) as index:
        found = Trial(Scene(World(folder, index), seed=1))
        found.lock(every)
        found.build(every)
        found.deploy(every)
        found.first_build(every)
        return found


def main() -> int:
    """Print what came of it; 1 if a call was not survived."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--every", type=int, default=1, help="only every so many-th of the failures"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = trial(Path(folder), arguments.every)
    figures = f"{found.tried.total()} calls failed, {len(found.faults)} not survived"
    return tell(figures, found.tried, found.faults)


if __name__ == "__main__":
    sys.exit(main())
