"""Damage to files of the prefix and of the cache: `python -m tests.faults.corruption`.

Each kind of damage in a sample of files. `assemble verify` or `assemble cache verify` must find it
and name it; after the next build everything must be as before.
"""

import argparse
import hashlib
import random
import shutil
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.behaviours.programs import program, release_app
from tests.behaviours.world import World
from tests.faults.damage import FILES, LINKS, WHOLE, Kind
from tests.faults.figures import tell
from tests.servers import serve
from tests.wheels import make_tree

ASSEMBLY = """
[parts.settings]
recipe = "template"
text = "colour = blue"
to = "etc/shop.txt"

[parts.static]
recipe = "command"
shell = "mkdir static; for each in a b c d; do echo $each > static/$each; done"
outputs = ["static"]
expose = { static = "static" }
"""

PARTS = ".assembly/current/parts"
STORE = ".assembly/store"
MANIFEST = ".assembly/current/manifest.json"

KEPT: Mapping[str, Kind] = {kind: damage for kind, damage in FILES.items() if kind != "mode"}
"""Downloads and built wheels are never run: their modes tell nothing."""

CACHE: Mapping[str, tuple[str, str, Mapping[str, Kind]]] = {
    "unpacked wheel": ("wheels/*", "**/*", FILES),
    "download": ("files/*/*", "*", KEPT),
    "built wheel": (f"built/{64 * '?'}", "*", KEPT),
}
"""Where the entries are, and what of them; and what is done to that."""


class Trial:
    """Damage, and what came of it."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.random = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.unfound: list[str] = []
        self.unhealed: list[str] = []
        for name in ("shop", "tool"):
            release_app(world, name, "1.0", name)
        make_tree(world.project / "own", "own", "1.0")
        parts = program("web", ["shop", "tool", "own"]) + ASSEMBLY
        world.assembly(parts, before='[sources]\nown = { path = "own" }')
        world.build()
        self._before = self._state()
        self._other = world.folder / "other"

    def run(self, each: int, every: int = 1) -> None:
        """Do each kind of damage so often in each place, or every so many-th of all that."""
        for number, (place, kind, damage) in enumerate(self._cases()):
            for _ in range(each if number % every == 0 else 0):
                self._one(place, kind, damage)

    def _cases(self) -> Iterator[tuple[str, str, Kind]]:
        for place in ("part", "stored wheel"):
            yield from ((place, kind, damage) for kind, damage in FILES.items())
        yield from (("stable link", kind, damage) for kind, damage in LINKS.items())
        yield from (("manifest", kind, damage) for kind, damage in WHOLE.items())
        for place, (_, _, kinds) in CACHE.items():
            yield from ((place, kind, damage) for kind, damage in kinds.items())

    def _one(self, place: str, kind: str, damage: Kind) -> None:
        victims = (each for each in self._victims(place) if kind != "mode" or not _is_list(each))
        victim = self.random.choice(sorted(victims))
        what = f"{kind} of a {place}, `{victim.relative_to(self.world.folder)}`"
        named = damage(victim, self.random)
        self.done[place] += 1
        if place in CACHE:
            depth = CACHE[place][0].count("/") + 1
            entry = "/".join(named.relative_to(self.world.cache).parts[:depth])
            self._find(what, f"`{entry}`", "cache", "verify")
            self.world.assemble("verify")
            self._use_cache(what, place)
        else:
            self._find(what, named.name, "verify")
        self._heal(what)

    def _victims(self, place: str) -> Iterator[Path]:
        prefix = self.world.prefix
        if place == "stable link":
            root = prefix / ".assembly/current/root"
            return (path for path in root.rglob("*") if path.is_symlink())
        if place == "manifest":
            return iter([(prefix / MANIFEST).resolve()])
        if place == "part":
            found = (
                path for top in (prefix / PARTS).iterdir() for path in top.resolve().rglob("*")
            )
        elif place == "stored wheel":
            found = (prefix / STORE).rglob("*")
        else:
            found = self.world.cache.glob("/".join(CACHE[place][:2]))
        return (path for path in found if _is_file(path))

    def _find(self, what: str, name: str, *command: str) -> None:
        ended = self.world.assemble(*command)
        if ended.code != 4 or name not in ended.messages:
            said = f"exit {ended.code}: {ended.messages}"
            self.unfound.append(f"{what}: not found by {' '.join(command)}: {said}")

    def _use_cache(self, what: str, place: str) -> None:
        """Build elsewhere, from what was dropped and is fetched or made again."""
        if place != "unpacked wheel":
            shutil.rmtree(self.world.cache / "wheels")
        ended = self.world.assemble("build", "--prefix", str(self._other))
        if ended.code != 0:
            self.unhealed.append(f"{what}: build from the cache: {ended.messages}")
        shutil.rmtree(self._other, ignore_errors=True)

    def _heal(self, what: str) -> None:
        for command in (("build",), ("verify",), ("cache", "verify")):
            ended = self.world.assemble(*command)
            if ended.code != 0:
                self.unhealed.append(f"{what}: {' '.join(command)}: {ended.messages}")
                return
        if self._state() != self._before:
            self.unhealed.append(f"{what}: the prefix is another one")

    def _state(self) -> tuple[str, Mapping[str, tuple[int, str]]]:
        """The digest of what is live, and each file with its mode and hash."""
        prefix = self.world.prefix
        found = {}
        for top in ((prefix / PARTS).resolve(), prefix / STORE):
            tops = (path for path in top.iterdir() if not path.name.startswith("."))
            for path in (path for folder in tops for path in folder.resolve().rglob("*")):
                if _is_file(path):
                    mode = stat.S_IMODE(path.stat().st_mode)
                    content = hashlib.sha256(path.read_bytes()).hexdigest()
                    found[_stable(path, prefix)] = (mode, content)
        return self.world.status["digest"], found


def _stable(path: Path, prefix: Path) -> str:
    """Where a file is, without the key in the name of its part."""
    place, folder, *rest = path.relative_to(prefix / ".assembly").parts
    return "/".join((place, folder.rpartition("-")[0], *rest))


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.stat().st_size > 1


def _is_list(path: Path) -> bool:
    """Whether a file lists what belongs to a wheel, with all but its own mode."""
    return path.name == "contents.json"


def trial(folder: Path, each: int, every: int, seed: int) -> Trial:
    """Damage in this folder; see `Trial.run`."""
    with serve({}) as index:
        found = Trial(World(folder, index), seed)
        found.run(each, every)
        return found


def main() -> int:
    """Print what came of it; 1 if damage was not found or did not heal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=10, help="how often each damage is done")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = trial(Path(folder), arguments.each, 1, arguments.seed)
    figures = (
        f"{found.done.total()} corruptions, {len(found.unfound)} not found, "
        f"{len(found.unhealed)} not healed"
    )
    faults = (*found.unfound, *found.unhealed)
    return tell(figures, found.done, faults, seed=arguments.seed)


if __name__ == "__main__":
    sys.exit(main())
