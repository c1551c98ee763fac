"""Commands killed at random moments: `python -m tests.faults.kills --kills 1000`.

After each kill the old or the new state must stand, whole; then the same command must do its work,
with nobody's help (after `rollback`, `build` does). It is killed while it heals, too.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.behaviours.world import World
from tests.faults.figures import tell
from tests.faults.scene import ONE, TWO, Scene
from tests.servers import serve

AGAIN = 0.3
"""How often the healing run is killed as well."""

COLD = 0.3
"""How often a command finds an empty cache."""


class Loop:
    """Kills, and what came of them."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.kills: Counter[str] = Counter()
        self.illegal: list[str] = []
        self.unhealed: list[str] = []
        self._deployment = ("deploy", "--root", str(scene.root))
        self._cases: dict[str, Callable[[], None]] = {
            "lock": self._lock,
            "build": self._build,
            "deploy": self._deploy,
            "rollback": self._rollback,
            "clean": self._clean,
        }

    def run(self, kills: int) -> None:
        """Kill so often."""
        world = self.scene.world
        for version in (TWO, ONE):
            self.scene.say(version)
            world.build()
            world.done(*self._deployment)
        while self.kills.total() < kills:
            self._cases[self.scene.random.choice(list(self._cases))]()

    def _kill(self, legal: Callable[[], str], *arguments: str) -> None:
        """Kill a command, and perhaps the next run of it too; note what is not legal then."""
        while self.scene.kill(*arguments):
            self.kills[arguments[0]] += 1
            if wrong := legal():
                self.illegal.append(f"{arguments[0]}: {wrong}")
            if self.scene.random.random() > AGAIN:
                break

    def _heal(self, *arguments: str) -> None:
        ended = self.scene.world.assemble(*arguments)
        if ended.code != 0:
            self.unhealed.append(f"{arguments[0]}: {ended.messages}")

    def _lock(self) -> None:
        scene = self.scene
        if scene.random.random() < COLD:
            scene.forget_cache()
        scene.change()
        legal = scene.locks.values()
        self._kill(lambda: "" if scene.lock in legal else "the lock is neither", "lock")
        self._heal("lock")
        if scene.lock != scene.locks[scene.said]:
            self.unhealed.append("lock: it is another one")
        self._heal("build")
        self._look_at_build()

    def _build(self) -> None:
        scene = self.scene
        scene.change()
        scene.world.done("lock")
        if scene.random.random() < COLD:
            scene.forget_cache()
        self._kill(scene.mixed, "build")
        self._heal("build")
        self._look_at_build()

    def _deploy(self) -> None:
        scene = self.scene
        before = scene.installed()
        scene.change()
        scene.world.build()
        self._kill(lambda: scene.half_installed(before), *self._deployment)
        self._heal(*self._deployment)
        if f"VERSION={scene.said}" not in (scene.installed() or ""):
            self.unhealed.append("deploy: the unit is another one")

    def _rollback(self) -> None:
        self._kill(self.scene.mixed, "rollback", str(self._earlier()))
        self._heal("build")
        self._look_at_build()

    def _earlier(self) -> int:
        """A generation before the current one, made where cleaning has left none."""
        now = self.scene.world.status
        if not any(number < now["generation"] for number in now["generations"]):
            self.scene.change()
            self.scene.world.build()
            return int(now["generation"])
        return max(number for number in now["generations"] if number < now["generation"])

    def _clean(self) -> None:
        keep = ("--keep", str(self.scene.random.choice((1, 2))))
        self._kill(self.scene.mixed, "clean", *keep)
        self._heal("clean", *keep)
        self._look_at_build()

    def _look_at_build(self) -> None:
        if (found := self.scene.built()) != {self.scene.said}:
            self.unhealed.append(f"build: the prefix is of {sorted(found)}")

    def finish(self) -> None:
        """Compare with a prefix that nobody killed; see that all can be verified and taken away."""
        world = self.scene.world
        self._heal("build")
        self._heal("verify")
        other = world.folder / "other"
        world.done("build", "--prefix", str(other))
        fresh = world.done("status", "--prefix", str(other), "--json").document["digest"]
        if world.status["digest"] != fresh:
            self.unhealed.append("the prefix differs from one that nobody killed")
        self._heal("undeploy")
        if left := [path for path in self.scene.root.rglob("*") if path.is_file()]:
            self.unhealed.append(f"undeploy: {left[0]} is left")


def loop(folder: Path, kills: int, seed: int) -> Loop:
    """Kill so often, in this folder."""
    with serve({}) as index:
        found = Loop(Scene(World(folder, index), seed))
        found.run(kills)
        found.finish()
        return found


def main() -> int:
    """Print what came of it; 1 if a state was illegal or did not heal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = loop(Path(folder), arguments.kills, arguments.seed)
    figures = (
        f"{found.kills.total()} kills, {len(found.illegal)} illegal states, "
        f"{len(found.unhealed)} not healed"
    )
    faults = (*found.illegal, *found.unhealed)
    return tell(figures, found.kills, faults, seed=arguments.seed)


if __name__ == "__main__":
    sys.exit(main())
