"""An application in two versions, which a test moves between and looks at."""

import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from tests.behaviours.world import PATIENCE, World

MODULES = 40
ONE, TWO = "1.0", "2.0"

ASSEMBLY = """
[parts.web]
recipe = "program"
requires = ["shop=={version}"]

[parts.settings]
recipe = "template"
text = "{version}"
to = "etc/shop.txt"

[parts.static]
recipe = "command"
shell = "mkdir static; for each in a b c d; do echo {version} > static/$each; done"
outputs = ["static"]
expose = {{ static = "static" }}

[parts.units]
recipe = "systemd"
services.shop = {{ run = "${{parts.web.bin.shop}}", env = {{ VERSION = "{version}" }} }}
"""

UNIT = Path("etc/systemd/system/shop.service")


class Scene:
    """The application, the version that its files say, and the version that is built."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.random = random.Random(seed)
        self.root = world.folder / "root"
        self.root.mkdir()
        self.said = ONE
        self._durations: dict[str, float] = {}
        for version in (ONE, TWO):
            _release(world, version)
        self.locks = {version: self._locked(version) for version in (TWO, ONE)}

    def say(self, version: str) -> None:
        """Write the assembly file for a version."""
        self.said = version
        self.world.assembly(ASSEMBLY.format(version=version))

    def change(self) -> None:
        """Write the assembly file for the other version."""
        self.say(TWO if self.said == ONE else ONE)

    def _locked(self, version: str) -> bytes:
        self.say(version)
        self.world.done("lock")
        return self.lock

    @property
    def lock(self) -> bytes:
        """The lock as it stands."""
        return (self.world.project / "pylock.toml").read_bytes()

    def forget_cache(self) -> None:
        """Take the user's cache away."""
        shutil.rmtree(self.world.cache, ignore_errors=True)

    def built(self) -> set[str]:
        """The versions that the programs and files of the prefix say; one, if it is whole."""
        prefix = self.world.prefix
        found = set(self.world.launch("shop").split())
        found.add((prefix / "etc/shop.txt").read_text())
        return found | {(prefix / "static" / each).read_text().strip() for each in "abcd"}

    def installed(self) -> str | None:
        """The text of the unit that a deployment installs."""
        unit = self.root / UNIT
        return unit.read_text() if unit.exists() else None

    def mixed(self) -> str:
        """What is wrong with the prefix: nothing if all of it is of one version."""
        found = self.built()
        return "" if len(found) == 1 else f"the prefix is mixed: {sorted(found)}"

    def half_installed(self, before: str | None) -> str:
        """What is wrong with the unit: nothing if it is as before, or as it is said."""
        now = self.installed()
        whole = now is not None and f"VERSION={self.said}" in now and now.endswith("\n")
        return "" if whole or now == before else f"the unit is neither: {now!r}"

    def kill(self, *arguments: str) -> bool:
        """Run a command and kill it at a random moment; false if it ended before."""
        kind = arguments[0]
        longest = self._durations.get(kind, 1.0)
        child = subprocess.Popen(
            [sys.executable, "-m", "assembler", *arguments],
            cwd=self.world.project,
            env=self.world.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        before = os.times().elapsed
        try:
            child.wait(self.random.uniform(0.05, longest))
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.communicate(timeout=PATIENCE)
            return True
        _, told = child.communicate(timeout=PATIENCE)
        assert child.returncode == 0, told.decode()
        self._durations[kind] = 1.05 * (os.times().elapsed - before)
        return False


def _release(world: World, version: str) -> None:
    text = f"__version__ = {version!r}\n"
    world.release(
        "lib",
        version,
        files={"lib/__init__.py": text} | {f"lib/m{n}.py": text for n in range(MODULES)},
    )
    code = "import lib\n\ndef main():\n    print(__version__, lib.__version__)\n"
    world.release(
        "shop",
        version,
        requires=[f"lib=={version}"],
        files={"shop/__init__.py": text + code} | {f"shop/m{n}.py": text for n in range(MODULES)},
        entry_points={"console_scripts": {"shop": "shop:main"}},
    )
