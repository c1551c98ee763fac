"""Disks that are full, that can't be written, or that are two: `python -m tests.faults.mounts`.

They are small file systems in memory, mounted where no other process sees them. A command must say
what the disk refuses and leave the old state; with room again, it must do its work.
"""

import argparse
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.behaviours.world import PATIENCE, World
from tests.faults.figures import tell
from tests.faults.scene import ONE, TWO, Scene
from tests.servers import serve

MACHINE, DAMAGED = 8, 4
SIZE, INODES = "24m", 1 << 16
ROOM = (0, 1, 2, 3, 5, 8, 16, 32, 64, 128, 256, 512)
"""How many pages of 4 KiB, or how many inodes, are left on a disk, from one trial to the next."""

PAGE = 4096
COMMANDS = ("lock", "build", "deploy")


class Disks:
    """Small file systems in a scratch folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def mount(self, name: str) -> Path:
        """A new one."""
        place = self._folder / name
        place.mkdir()
        options = f"size={SIZE},nr_inodes={INODES},mode=755"
        _run("mount", "-t", "tmpfs", "-o", options, "none", str(place))
        return place

    def seal(self, place: Path) -> None:
        """Let nobody write to it."""
        _run("mount", "-o", "remount,ro", str(place))

    def open(self, place: Path) -> None:
        """Let everybody write to it."""
        _run("mount", "-o", "remount,rw", str(place))

    @contextmanager
    def filled(self, place: Path, pages: int) -> Iterator[None]:
        """With a file that leaves so many pages."""
        ballast = place / "ballast"
        with ballast.open("wb") as file:
            left = os.statvfs(place)
            os.posix_fallocate(file.fileno(), 0, (left.f_bavail - pages) * left.f_frsize)
        yield
        ballast.unlink()

    @contextmanager
    def crowded(self, place: Path, inodes: int) -> Iterator[None]:
        """With room for so many more names."""
        there = os.statvfs(place)
        most = there.f_files - there.f_ffree + inodes
        _run("mount", "-o", f"remount,nr_inodes={most}", str(place))
        yield
        _run("mount", "-o", f"remount,nr_inodes={INODES}", str(place))


class Trial:
    """An application whose project, cache and machine are on disks of their own."""

    def __init__(self, folder: Path, world: World, disks: Disks) -> None:
        self.tried: Counter[str] = Counter()
        self.refused = 0
        self.faults: list[str] = []
        self._disks = disks
        world.cache = disks.mount("cache") / "cache"
        self._scene = Scene(world, seed=1)
        self._deploy = ("deploy", "--root", str(self._scene.root))
        self._places = {"project": world.folder, "cache": folder / "cache"}
        for version in (TWO, ONE):
            self._scene.say(version)
            world.build()
            world.done(*self._deploy)

    def apart(self) -> None:
        """Wheels of a cache on another disk are copied; what is built is the same."""
        world = self._scene.world
        self.tried["two disks"] += 1
        store = world.prefix / ".assembly/store"
        linked = [path for path in store.rglob("*") if path.is_file() and path.stat().st_nlink > 1]
        digest = world.status["digest"]
        near = {"ASSEMBLER_CACHE": str(world.folder / "near")}
        other = ("--prefix", str(world.folder / "other"))
        world.done("build", *other, environment=near)
        if linked or digest != world.done("status", *other, "--json").document["digest"]:
            self.faults.append("two disks: the build differs from one on one disk")
        for place in ("near", "other"):
            shutil.rmtree(world.folder / place)

    def look(self) -> None:
        """What only looks works where nothing can be written; it tells damage, too."""
        scene = self._scene
        world, disk = scene.world, self._places["project"]
        victim = (world.prefix / "etc/shop.txt").resolve()
        whole = victim.read_bytes()
        for content, code in ((whole, 0), (whole[::-1], DAMAGED)):
            victim.write_bytes(content)
            self._disks.seal(disk)
            for command in ("status", "verify"):
                self.tried["looking"] += 1
                ended = world.assemble(command)
                if ended.code != (code if command == "verify" else 0):
                    self.faults.append(f"{command}: exit {ended.code}: {ended.messages}")
            self._disks.open(disk)
        world.done("build")
        world.done("verify")

    def run(self, every: int) -> None:
        """Let each disk be read-only, then ever less full; or every so many-th of these trials."""
        states = (None, *itertools.product(ROOM, ("pages", "inodes")))
        trials = itertools.product(states, self._places, COMMANDS)
        for state, place, command in itertools.islice(trials, 0, None, every):
            if state is None:
                self._read_only(place, command)
            else:
                room, what = state
                self._full(what, room, place, command)

    def _full(self, what: str, room: int, place: str, command: str) -> None:
        self._prepare(place, command)
        fill = self._disks.filled if what == "pages" else self._disks.crowded
        told = f"{command} with {room} {what} left for the {place}"
        with fill(self._places[place], room):
            self._refuse(f"no {what}", told, command, may_do=True)
        self._do(told, command)

    def _read_only(self, place: str, command: str) -> None:
        self._prepare(place, command)
        self._disks.seal(self._places[place])
        what = f"{command} with a {place} that can't be written"
        self._refuse("read-only", what, command, may_do=place == "cache")
        self._disks.open(self._places[place])
        self._do(what, command)

    def _prepare(self, place: str, command: str) -> None:
        """Everything up to a command for the other version; a disk for the cache has none."""
        world = self._scene.world
        self._scene.change()
        for earlier in COMMANDS[: COMMANDS.index(command)]:
            world.done(earlier)
        if place == "cache":
            self._scene.forget_cache()
        self._before = self._scene.lock, self._scene.built(), self._scene.installed()

    def _refuse(self, kind: str, what: str, command: str, *, may_do: bool) -> None:
        scene = self._scene
        ended = scene.world.assemble(*self._words(command))
        self.tried[kind] += 1
        if ended.code == MACHINE and "error: " in ended.messages:
            self.refused += 1
            if (scene.lock, scene.built(), scene.installed()) != self._before:
                self.faults.append(f"{what}: what stood before does not stand")
        elif ended.code != 0 or not may_do:
            self.faults.append(f"{what}: exit {ended.code}: {ended.messages}")

    def _do(self, what: str, *commands: str) -> None:
        """The command and those after it, with nobody's help."""
        scene = self._scene
        for command in COMMANDS[COMMANDS.index(commands[0]) :]:
            ended = scene.world.assemble(*self._words(command))
            if ended.code != 0:
                self.faults.append(f"{what}: then {command}: {ended.messages}")
                return
        unit = scene.installed() or ""
        if scene.built() != {scene.said} or f"VERSION={scene.said}" not in unit:
            self.faults.append(f"{what}: then it is not what is said")

    def _words(self, command: str) -> tuple[str, ...]:
        return self._deploy if command == "deploy" else (command,)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)


def own_mounts() -> tuple[str, ...]:
    """The command that gives a process mounts of its own, here and as this user; or nothing."""
    mount = ("mount", "-t", "tmpfs", "none", tempfile.gettempdir())
    for options in (("--mount",), ("--mount", "--map-root-user")):
        command = ("unshare", *options)
        if shutil.which("unshare") and _succeeds(*command, *mount):
            return command
    return ()


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def trial(folder: Path, every: int) -> Trial:
    """Try all disks, or every so many-th, in this folder; mounts must be our own."""
    disks = Disks(folder)
    with serve({}) as index:
        found = Trial(folder, World(disks.mount("machine"), index), disks)
        found.apart()
        found.look()
        found.run(every)
        return found


def main() -> int:
    """Print what came of it; 1 if a disk was not survived."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every so many-th trial")
    parser.add_argument("--inside", help="the scratch folder, where mounts are our own")
    arguments = parser.parse_args()
    if arguments.inside:
        found = trial(Path(arguments.inside), arguments.every)
        figures = (
            f"{found.tried.total()} commands on bad disks, {found.refused} refused, "
            f"{len(found.faults)} not survived"
        )
        return tell(figures, found.tried, found.faults)
    if not (command := own_mounts()):
        sys.stdout.write("this machine gives a process no mounts of its own\n")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        module = (sys.executable, "-m", "tests.faults.mounts")
        options = ("--every", str(arguments.every), "--inside", folder)
        return subprocess.run([*command, *module, *options], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
