"""Power that goes at random moments: `python -m tests.faults.power --cuts 400`.

Each command is run once and what it does to files is written down. Then, again and again, its
folders become what a disk may hold if the power had gone at some moment of that (see `outage`):
the old or the new state must stand, whole, and nothing in the cache or the prefix may pass for
whole that is not. The same command must then do its work with nobody's help (after `rollback`,
`build` does). Once it was done and said so, a power cut may take nothing of it away.
"""

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from assembler.adapters.archives.trees import damaged, standing
from tests.behaviours.world import World
from tests.faults.disk import History, Named, Step, Synced, read
from tests.faults.figures import tell
from tests.faults.outage import outage
from tests.faults.scene import ONE, TWO, Scene
from tests.faults.trace import Recorder
from tests.servers import serve

LASTING = ("project/pylock.toml", "project/build/", "root/")
PASSING = ("project/build/.assembly/lock", "project/build/.assembly/log/")
"""What must be left of all that a command made once it is done, and what of that need not."""

LAST_CUTS = 60
"""How many disks are looked at for that, which takes no commands."""

AT_THE_END = 0.1
"""How often the power goes when the command was just done."""

AT_A_TURN = 0.6
"""How often it goes around a sync or a rename, rather than anywhere."""

AROUND = (0, 1, 1, 2, 3)
"""How many steps after what goes before a sync or a rename that is."""


@dataclass(frozen=True)
class Case:
    """A command, what comes before it, and how its states are judged: nothing if they are well."""

    name: str
    command: tuple[str, ...]
    prepare: Callable[[], None]
    stands: Callable[[], str]
    done: Callable[[], str]
    healing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recording:
    """A case, all that its command did, and the versions that were asked for and installed."""

    case: Case
    history: History
    said: str
    installed: str | None


class Outages:
    """Power cuts, and what came of them."""

    def __init__(self, scene: Scene, recorder: Recorder, *, lying: bool) -> None:
        self.scene = scene
        self._lying = lying
        self.cuts: Counter[str] = Counter()
        self.illegal: list[str] = []
        self.unhealed: list[str] = []
        self._recorder = recorder
        self._installed: str | None = None
        self._deploy = ("deploy", "--root", str(scene.root))
        for version in (TWO, ONE):
            scene.say(version)
            scene.world.build()
            scene.world.done(*self._deploy)
        self.cases = tuple(self._cases())

    def _cases(self) -> Iterator[Case]:
        scene, build = self.scene, ("build",)
        mixed, built = scene.mixed, self._is_built
        yield Case("lock", ("lock",), scene.change, self._lock_stands, self._is_locked)
        yield Case("first lock", ("lock",), self._forget, self._lock_stands, self._is_locked)
        yield Case("build", build, self._lock, mixed, built)
        yield Case("build, cold cache", build, self._lock_coldly, mixed, built)
        yield Case("deploy", self._deploy, self._build, self._unit_stands, self._is_deployed)
        yield Case("rollback", ("rollback",), self._build, mixed, self._is_back, build)
        yield Case("clean", ("clean", "--keep", "1"), self._build, mixed, built)
        yield Case("first build", build, self._begin_anew, self._nothing_or_built, built)

    def run(self, cuts: int) -> None:
        """Cut the power so often, as often in each case."""
        share, more = divmod(cuts, len(self.cases))
        shares = [share + (number < more) for number in range(len(self.cases))]
        for case, times in zip(self.cases, filter(None, shares), strict=False):
            recording = self._recorded(case)
            self._look_at_the_end(recording)
            for _ in range(times):
                self._cut(recording)
            recording.history.after.write(self.scene.world.folder)

    def _recorded(self, case: Case) -> Recording:
        case.prepare()
        folder = self.scene.world.folder
        history = History(folder)
        installed = self.scene.installed()
        ended, changes = self._recorder.record(*case.command)
        assert ended.code == 0, ended.messages
        for change in changes:
            history.follow(change)
        real, known = read(folder).listing(), history.after.listing()
        differ = {path for path in {*real, *known} if real.get(path) != known.get(path)}
        assert not differ, f"{case.name}: the record is not whole: {sorted(differ)}"
        if self._lying:
            history.steps = [step for step in history.steps if not isinstance(step, Synced)]
        return Recording(case, history, self.scene.said, installed)

    def _cut(self, recording: Recording) -> None:
        case, history = recording.case, recording.history
        moment = self._moment(history)
        left = outage(history.before, history.steps[:moment], self.scene.random)
        left.write(self.scene.world.folder)
        self.scene.said, self._installed = recording.said, recording.installed
        self.cuts[case.name] += 1
        what = f"{case.name}, {self.cuts[case.name]}. cut, after {moment} of {len(history.steps)}"
        over = moment == len(history.steps)
        for judge in (case.done if over else case.stands, self._false):
            if wrong := _judged(judge):
                self.illegal.append(f"{what}: {wrong}")
        self._heal(what, case)

    def _look_at_the_end(self, recording: Recording) -> None:
        """Nothing that was made may be missing if the power goes now."""
        history = recording.history
        made = history.after.listing()
        for _ in range(LAST_CUTS):
            left = outage(history.before, history.steps, self.scene.random).listing()
            lost = sorted(path for path in made if _lasts(path) and left.get(path) != made[path])
            if lost:
                self.illegal.append(f"{recording.case.name}, done: {lost} is lost")
                return

    def _moment(self, history: History) -> int:
        steps, chance = history.steps, self.scene.random
        if chance.random() < AT_THE_END:
            return len(steps)
        turns = [at for at, step in enumerate(steps) if _is_turn(step)]
        if turns and chance.random() < AT_A_TURN:
            return min(chance.choice(turns) + chance.choice(AROUND), len(steps))
        return chance.randrange(len(steps))

    def _heal(self, what: str, case: Case) -> None:
        rest = () if case.name == "deploy" else (("build",),)
        for command in (case.healing or case.command, *rest, ("verify",), ("cache", "verify")):
            ended = self.scene.world.assemble(*command)
            if ended.code != 0:
                self.unhealed.append(f"{what}: {' '.join(command)}: {ended.messages}")
                return
        judge = self._is_deployed if case.name == "deploy" else self._is_built
        if wrong := _judged(judge):
            self.unhealed.append(f"{what}: {wrong}")

    def _false(self) -> str:
        """What stands by its names and sizes in cache and prefix, and is damaged all the same."""
        world = self.scene.world
        trees = chain(world.cache.glob("wheels/*"), world.prefix.glob(".assembly/store/*"))
        false = sorted(tree.name for tree in trees if standing(tree) and damaged(tree))
        return f"{false} pass for whole" if false else ""

    def _forget(self) -> None:
        self.scene.forget_cache()
        self.scene.change()

    def _lock(self) -> None:
        self.scene.change()
        (self.scene.world.project / "pylock.toml").write_bytes(self.scene.locks[self.scene.said])

    def _lock_coldly(self) -> None:
        self._lock()
        self.scene.forget_cache()

    def _begin_anew(self) -> None:
        self._lock_coldly()
        shutil.rmtree(self.scene.world.prefix)

    def _build(self) -> None:
        self._lock()
        self.scene.world.done("build")

    def _lock_stands(self) -> str:
        return "" if self.scene.lock in self.scene.locks.values() else "the lock is neither"

    def _is_locked(self) -> str:
        return "" if self.scene.lock == self.scene.locks[self.scene.said] else "it is not locked"

    def _nothing_or_built(self) -> str:
        current = self.scene.world.prefix / ".assembly/current"
        return self.scene.mixed() if current.is_symlink() else ""

    def _is_built(self) -> str:
        found = self.scene.built()
        return "" if found == {self.scene.said} else f"the prefix is of {sorted(found)}"

    def _is_back(self) -> str:
        found = self.scene.built()
        other = ONE if self.scene.said == TWO else TWO
        return "" if found == {other} else f"the prefix is of {sorted(found)}"

    def _unit_stands(self) -> str:
        return self.scene.half_installed(self._installed)

    def _is_deployed(self) -> str:
        unit = self.scene.installed() or ""
        return "" if f"VERSION={self.scene.said}" in unit else "the unit is another one"


def _lasts(path: str) -> bool:
    return path.startswith(LASTING) and not path.startswith(PASSING)


def _is_turn(step: Step) -> bool:
    return isinstance(step, Synced) or (isinstance(step, Named) and len(step.places) > 1)


def _judged(judge: Callable[[], str]) -> str:
    """What is wrong, be it that nothing can be read or run."""
    try:
        return judge()
    except (OSError, UnicodeDecodeError, AssertionError) as error:
        return repr(error)


def outages(folder: Path, cuts: int, seed: int, *, lying: bool = False) -> Outages:
    """Cut the power so often, in this folder; or with a disk that only says that it synced."""
    inside = folder.resolve() / "world"
    inside.mkdir()
    with serve({}) as index:
        world = World(inside, index)
        found = Outages(Scene(world, seed), Recorder(world, folder), lying=lying)
        found.run(cuts)
        return found


def main() -> int:
    """Print what came of it; 1 if a state was illegal or did not heal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lying", action="store_true", help="the disk only says that it synced")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = outages(Path(folder), arguments.cuts, arguments.seed, lying=arguments.lying)
    figures = (
        f"{found.cuts.total()} power cuts, {len(found.illegal)} illegal states, "
        f"{len(found.unhealed)} not healed"
    )
    faults = (*found.illegal, *found.unhealed)
    return tell(figures, found.cuts, faults, seed=arguments.seed)


if __name__ == "__main__":
    sys.exit(main())
