"""One application, locked and built in many ways: `python -m tests.faults.same --builds 40`.

Folder, user, umask, time zone, locale, hash seed, number of jobs, order of directories, and what
the cache holds vary. Locks must be the same bytes. In one folder trees must be, too: names, kinds,
modes, contents and targets of all that is live; in another, once what must name the prefix or the
checkout, and keys of parts made from these, are written alike.
"""

import argparse
import hashlib
import os
import random
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.behaviours.sources import part, write_source
from tests.behaviours.world import PATIENCE, World
from tests.faults.everything import repository, set_out, write_assembly
from tests.faults.figures import tell
from tests.faults.preloading import compiled
from tests.servers import IndexServer, serve

MADE = part("make")
KEY = re.compile(rb"\b([a-z]+)-[0-9a-f]{12}\b")
FOLDERS = ("here", "here", "here", "quite/another place", "ü")
USER = "4321"

Seen = tuple[str, int, str]
Tree = Mapping[str, Seen]
"""Each path with its kind, its mode, and the hash of its content or its target."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """How the application is locked and built."""

    folder: str = "here"
    umask: int = 0o022
    zone: str = "UTC"
    locale: str = "C.UTF-8"
    hash_seed: int = 0
    jobs: int = 1
    order: int = 0
    other_user: bool = False
    warm: bool = False


def ways(chance: random.Random) -> Iterator[Way]:
    """The plain way, two in which all is otherwise, and then others for ever."""
    other = Way(
        umask=0o077, zone="JST-9", locale="C", hash_seed=1, jobs=4, order=1, other_user=True
    )
    yield from (Way(), other, replace(other, folder=FOLDERS[-1], order=2, warm=True))
    while True:
        yield Way(
            folder=chance.choice(FOLDERS),
            umask=chance.choice((0o000, 0o002, 0o027, 0o077)),
            zone=chance.choice(("EST5", "JST-9", "Asia/Kathmandu")),
            locale=chance.choice(("C", "POSIX", "C.UTF-8", "tr_TR.UTF-8")),
            hash_seed=chance.randrange(1000),
            jobs=chance.randrange(1, 6),
            order=chance.randrange(1000),
            other_user=chance.random() < 0.5,
            warm=chance.random() < 0.5,
        )


class Trial:
    """Builds, and how they differ from the first one."""

    def __init__(self, folder: Path, index: IndexServer) -> None:
        self.builds = 0
        self.files = 0
        self.users = 1
        self.differing = 0
        self.faults: list[str] = []
        self._folder = folder
        self._index = index
        self._library = compiled("shuffling.c", folder)
        self._as_other = other_user()
        (folder / "from").mkdir()
        origin = World(folder / "from", index)
        self._git = repository(origin).url
        self._locks: tuple[bytes, ...] = ()
        self._trees: dict[str, Tree] = {}

    def build(self, way: Way) -> None:
        """Lock and build in a way, and compare."""
        folder = self._folder / way.folder
        folder.mkdir(parents=True)
        try:
            world = World(folder, self._index)
            self._set_out(world)
            for command in ("lock", "build"):
                self._run(way, world, command)
            self._compare(way, world)
        finally:
            shutil.rmtree(folder)

    def _set_out(self, world: World) -> None:
        set_out(world)
        write_source(world, "make")
        write_assembly(world, self._git)
        assembly = world.project / "assembly.toml"
        assembly.write_text(assembly.read_text() + MADE)

    def _run(self, way: Way, world: World, name: str) -> None:
        command = [sys.executable, "-m", "assembler", "--jobs", str(way.jobs), name]
        cache = self._folder / "cache" if way.warm else world.cache
        subprocess.run(
            [*(self._as_other if way.other_user else ()), *command],
            cwd=world.project,
            env={
                **world.environment,
                "ASSEMBLER_CACHE": str(cache),
                "LD_PRELOAD": str(self._library),
                "SHUFFLING_SEED": str(way.order),
                "PYTHONHASHSEED": str(way.hash_seed),
                "TZ": way.zone,
                "LC_ALL": way.locale,
                "USER": "other" if way.other_user else "me",
            },
            umask=way.umask,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=True,
        )

    def _compare(self, way: Way, world: World) -> None:
        self.builds += 1
        self.users = max(self.users, 2 if way.other_user and self._as_other else 1)
        locks = tuple(path.read_bytes() for path in sorted(world.project.glob("pylock*.toml")))
        self._locks = self._locks or locks
        if locks != self._locks:
            self.faults.append(f"{way}: the locks differ")
            self.differing += 1
        if way.folder == "here":
            self._look(way, _tree(world, neutral=False), "here")
        self._look(way, _tree(world, neutral=True), "anywhere")

    def _look(self, way: Way, found: Tree, where: str) -> None:
        first = self._trees.setdefault(where, found)
        self.files = max(self.files, len(found))
        differing = {path for path in {*first, *found} if first.get(path) != found.get(path)}
        self.faults += [
            f"{way}: {path} was {first.get(path)}, is {found.get(path)}"
            for path in sorted(differing)
        ]
        self.differing += bool(differing)


def _tree(world: World, *, neutral: bool) -> Tree:
    """All that is live in a prefix; neutral, what must name the prefix is written alike."""
    own = world.prefix / ".assembly"
    live = (own / "current").resolve()
    parts = [path.resolve() for path in (live / "parts").iterdir()]
    tops = (live / "root", own / "store", *parts)
    paths = (*(path for top in tops for path in _below(top)), *world.prefix.iterdir())
    return {
        _written(world, os.fsencode(path), neutral=neutral).decode(): _seen(
            world, path, neutral=neutral
        )
        for path in paths
    }


def _below(top: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(top):
        yield Path(folder)
        yield from (Path(folder, name) for name in (*folders, *files))


def _seen(world: World, path: Path, *, neutral: bool) -> Seen:
    status = path.lstat()
    mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISLNK(status.st_mode):
        target = _written(world, os.fsencode(path.readlink()), neutral=neutral)
        return "link", 0, target.decode()
    if stat.S_ISDIR(status.st_mode):
        return "directory", mode, ""
    content = _written(world, path.read_bytes(), neutral=neutral)
    return "file", mode, hashlib.sha256(content).hexdigest()


def _written(world: World, content: bytes, *, neutral: bool) -> bytes:
    if not neutral:
        return content
    for path, name in ((world.prefix, b"@prefix@"), (world.project, b"@project@")):
        content = content.replace(os.fsencode(path), name)
    return KEY.sub(rb"\1-@key@", content)


def other_user() -> Sequence[str]:
    """The command that lets a process be another user, who owns what we own; or nothing."""
    command = ("unshare", "--user", f"--map-user={USER}", f"--map-group={USER}")
    able = (
        shutil.which("unshare")
        and not subprocess.run([*command, "true"], capture_output=True, check=False).returncode
    )
    return command if able else ()


def trial(folder: Path, builds: int, seed: int) -> Trial:
    """Build in so many ways."""
    with serve({}) as index:
        found = Trial(folder, index)
        for _, way in zip(range(builds), ways(random.Random(seed)), strict=False):
            found.build(way)
        return found


def main() -> int:
    """Print what came of it; 1 if a tree or a lock differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--builds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = trial(Path(folder), arguments.builds, arguments.seed)
    figures = f"{found.builds} builds, {found.differing} differing trees or locks"
    counts = {"users": found.users, "files and directories": found.files}
    return tell(figures, counts, found.faults, seed=arguments.seed)


if __name__ == "__main__":
    sys.exit(main())
