"""A scene in which hostile texts are planted: it begins anew for each, and shows what changed."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assembler.model.paths import UnsafePathError, safe_relpath
from tests.behaviours.world import World
from tests.faults.copies import TOO_LONG, Copies, Ran
from tests.faults.everything import repository, set_out, write_assembly
from tests.hostile.case import ELSEWHERE_IS_NOWHERE
from tests.hostile.listing import changed, listing
from tests.hostile.trial import QUICK
from tests.servers import IndexServer

BUG = 70
DEEP = "a/b/c/d"
"""How deep the scene lies: what leads up from it leads to where it is noticed."""

COMMANDS_TO_TERMINALS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
OWN = ("cache", "home", "tmp", "root")
POOL = ".links"
"""Where the cache keeps links that environments have in common; what they say counts there."""

TRACEBACK = re.compile(r"^Traceback", re.MULTILINE)
WRITTEN = re.compile(r"project/(build(/.*)?|pylock(\.build)?\.toml)")


class Scene:
    """An application that is built twice over, in a folder of which all is watched."""

    def __init__(self, folder: Path, index: IndexServer, copies: Copies) -> None:
        self.outside = folder / "outside"
        self.index = index
        self._around = folder
        self._copies = copies
        self._top = folder / DEEP
        self._begin = folder.parent / f"{folder.name}-begin"
        for made in (self.outside, self._top):
            made.mkdir(parents=True)
        self.world = World(self._top, index)
        for name in OWN:
            (self._top / name).mkdir(exist_ok=True)
        self._set_out()
        self._files = dict(index.files)
        self.index.always = {}
        shutil.copytree(self._top, self._begin, symlinks=True)
        self._listed = listing(self._around, self._is_own)

    @property
    def project(self) -> Path:
        """The folder of the project."""
        return self.world.project

    def _set_out(self) -> None:
        (self._top / "config.toml").write_text(QUICK)
        set_out(self.world)
        git = repository(self.world).url
        write_assembly(self.world, git)
        self.world.build()
        self.world.edit("port = 8080", "port = 8081")
        self.world.build()

    def begin(self) -> None:
        """Let all be as it was in the beginning."""
        subprocess.run(["rm", "-rf", str(self._top)], check=True)
        subprocess.run(["cp", "-a", str(self._begin), str(self._top)], check=True)
        self.index.files = dict(self._files)
        self.index.always = {}
        self.index.requests.clear()

    def run(self, *words: str) -> Ran:
        """Run a command of assembler's."""
        own = [self._top / name for name in (*OWN, "project")]
        return self._copies.run(words, self.project, self._environment, own)

    @property
    def _environment(self) -> Mapping[str, str]:
        return {
            **self.world.environment,
            **ELSEWHERE_IS_NOWHERE,
            "ASSEMBLER_CONFIG": str(self._top / "config.toml"),
            "TMPDIR": str(self._top / "tmp"),
        }

    def faults(self, ran: Ran) -> Iterator[str]:
        """What came of a command that must not come of it."""
        if ran.code in (BUG, TOO_LONG) or ran.code < 0 or TRACEBACK.search(ran.said):
            yield f"exit code {ran.code}: {ran.said[-2000:]}{self._traceback()}"
        if found := COMMANDS_TO_TERMINALS.search(ran.said):
            yield f"{found[0]!r} is told: {ran.said[:2000]!r}"
        yield from ran.outside

    def _traceback(self) -> str:
        found = sorted((self._top / "tmp").glob("*.traceback"))
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in found)

    def strays(self, planted: Sequence[str]) -> Iterator[str]:
        """What stands where nothing should, but for the files that something was planted in."""
        now = listing(self._around, self._is_own)
        for stray in changed(self._listed, now):
            if stray not in planted:
                yield f"{stray!r} came, went or changed"
        for top in (self.project / "build", self._top / "cache"):
            for path in top.rglob("*"):
                yield from self._misplaced(path, top)

    def _is_own(self, path: Path) -> bool:
        try:
            inside = path.relative_to(DEEP)
        except ValueError:
            return False
        return inside.parts[0] in (*OWN, "said", "said.outside") or bool(
            WRITTEN.fullmatch(inside.as_posix())
        )

    def _misplaced(self, path: Path, top: Path) -> Iterator[str]:
        try:
            safe_relpath(path.relative_to(top).as_posix())
        except UnsafePathError as error:
            yield f"in {top.name}: {error}"
        if path.is_symlink() and str(path.readlink()).startswith("/"):
            return
        if path.parent.name == POOL:
            return
        if path.is_symlink() and not _ends_in(path, self._top):
            yield f"{str(path)!r} leads to {str(path.readlink())!r}"


def _ends_in(path: Path, top: Path) -> bool:
    return os.path.normpath(path.parent / path.readlink()).startswith(f"{top}/")
