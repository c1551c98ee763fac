"""A prefix and a cache that another user unpacks from an archive: nothing is built again."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import assembler_recipes
import msgspec
import pytest

import assembler
from tests.behaviours.commands import command
from tests.behaviours.programs import program, release_app
from tests.behaviours.world import PATIENCE, PYTHON, Ended, World
from tests.servers import serve

STRANGER = 54321
"""A user that the machine does not know."""

IMPORTED = (assembler, assembler_recipes, msgspec)
INI = '[parts.ini]\nrecipe = "template"\ntext = "${assembly.prefix}\\n"\nto = "etc/app.ini"\n'


def as_stranger(words: Sequence[str]) -> list[str]:
    """A command line that runs another as the stranger, without any right of ours."""
    user = (f"--reuid={STRANGER}", f"--regid={STRANGER}", "--clear-groups", "--no-new-privs")
    return ["setpriv", *user, *words]


class Machine:
    """Two users, and a Python that both may run with assembler in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = folder / "place"
        self.place.mkdir()
        places = {str(Path(each.__file__ or "").parents[1]) for each in IMPORTED}
        self._path = os.pathsep.join(sorted(places))
        own = os.path.realpath(sys.executable)
        shared = self._shared(own, f"/usr/bin/python{PYTHON}")
        self.stranger = shared is not None
        self.python = shared or own

    def _shared(self, *pythons: str) -> str | None:
        """The first of these that the stranger can run, if we can become one at all."""
        if os.geteuid() != 0 or shutil.which("setpriv") is None:
            return None
        test = "import os, sys, assembler, assembler_recipes, msgspec; os.stat(sys.executable)"
        tried = (self.run(as_stranger([each, "-c", test]), {}) for each in pythons)
        ended = zip(pythons, tried, strict=True)
        return next((python for python, outcome in ended if outcome.code == 0), None)

    def assemble(
        self, project: Path, *arguments: str, stranger: bool = False, offline: str = "1"
    ) -> Ended:
        """Run the command, which must succeed; a stranger has no home, and no network."""
        cache = {"ASSEMBLER_CACHE": str(project.parent / "cache")}
        words = [self.python, "-m", "assembler", *arguments]
        if not stranger:
            return self._done(words, {"HOME": str(self.folder), **cache}, project)
        return self._done(self.by_stranger(words), {"ASSEMBLER_OFFLINE": offline, **cache}, project)

    def by_stranger(self, words: Sequence[str]) -> Sequence[str]:
        """The command line as the other user runs it, where there can be another."""
        return as_stranger(words) if self.stranger else words

    def _done(self, words: Sequence[str], variables: dict[str, str], folder: Path) -> Ended:
        ended = self.run(words, variables, folder)
        assert ended.code == 0, ended.messages
        return ended

    def run(
        self, words: Sequence[str], variables: dict[str, str], folder: Path | None = None
    ) -> Ended:
        """Run a command with a small environment."""
        python = Path(getattr(self, "python", "/usr/bin/python3")).parent
        own = {"PATH": f"{python}:/usr/bin:/bin", "PYTHONPATH": self._path}
        ended = subprocess.run(
            words,
            cwd=folder or self.folder,
            env={**own, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def pack(self) -> Path:
        """Pack the checkout with its prefix, and the cache; nothing of them stays."""
        archive = self.folder / "all.tar"
        words = ["tar", "--create", "--file", str(archive), "--directory", str(self.place), "."]
        self._done(words, {}, self.folder)
        shutil.rmtree(self.place)
        return archive

    def unpack(self, archive: Path, folder: Path) -> Path:
        """Unpack it as the stranger, and return where the checkout is."""
        folder.mkdir()
        if self.stranger:
            os.chown(folder, STRANGER, STRANGER)
        words = ["tar", "--extract", "--file", str(archive), "--directory", str(folder)]
        self._done(self.by_stranger(words), {}, self.folder)
        return folder / "project"


@pytest.fixture
def machine(capsys: pytest.CaptureFixture[str]) -> Iterator[Machine]:
    """A folder that every user may enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        machine = Machine(Path(folder).resolve())
        if not machine.stranger:
            with capsys.disabled():
                sys.stdout.write("(restored by the same user, as there can be no other here)")
        yield machine


def test_a_stranger_restores_all_of_it(machine: Machine) -> None:
    with serve({}) as index:
        world = World(machine.place, index)
        release_app(world, "tool", "1.0", "tool")
        world.assembly(program("web", ["tool"]) + INI + command("said", "`${parts.web.bin.tool}`"))
        for word in ("lock", "build"):
            machine.assemble(world.project, word)
        status = machine.assemble(world.project, "status", "--json").document
    archive = machine.pack()

    same = machine.unpack(archive, machine.place)
    before = world.tree(same)
    built = machine.assemble(same, "build", "--json", stranger=True)
    assert built.document["changed"] is False
    assert built.messages == "nothing to do\n"
    assert world.tree(same) == before
    assert machine.assemble(same, "status", "--json", stranger=True).document == status
    machine.assemble(same, "verify", stranger=True)
    assert launched(machine, same) == "tool 1.0"

    elsewhere = machine.unpack(archive, machine.folder / "elsewhere")
    built = machine.assemble(elsewhere, "build", "--json", stranger=True)
    assert built.document["built"] == ["ini", "said"]
    assert (elsewhere / "build/etc/app.ini").read_text() == f"{elsewhere}/build\n"
    assert digest(machine, elsewhere) == status["digest"]
    machine.assemble(elsewhere, "verify", stranger=True)
    assert launched(machine, elsewhere) == "tool 1.0"

    shutil.rmtree(elsewhere / "build")
    built = machine.assemble(elsewhere, "build", "--json", stranger=True)
    assert built.document["built"] == ["web", "ini", "said"]
    assert digest(machine, elsewhere) == status["digest"]


def digest(machine: Machine, project: Path) -> str:
    found: str = machine.assemble(project, "status", "--json", stranger=True).document["digest"]
    return found


def launched(machine: Machine, project: Path) -> str:
    """What the launcher prints for the stranger."""
    return subprocess.run(
        machine.by_stranger([str(project / "build/bin/tool")]),
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    ).stdout.strip()


def test_a_stranger_fetches_into_a_cache_of_its_own(machine: Machine) -> None:
    with serve({}) as index:
        world = World(machine.place, index)
        release_app(world, "tool", "1.0", "tool")
        world.assembly(program("web", ["tool"]))
        shutil.rmtree(world.folder / "cache", ignore_errors=True)
        project = machine.unpack(machine.pack(), machine.place)
        for word in ("lock", "build"):
            machine.assemble(project, word, stranger=True, offline="")
    assert launched(machine, project) == "tool 1.0"


def test_without_a_home_the_cache_must_be_named(machine: Machine) -> None:
    words = machine.by_stranger([machine.python, "-m", "assembler", "cache", "dir"])
    ended = machine.run(words, {})
    if machine.stranger:
        assert ended.code == 8
        assert ended.messages == (
            "error: there is no home folder in which the cache could be\n"
            "hint: set ASSEMBLER_CACHE to a folder for it, or HOME\n"
        )
    named = machine.run(words, {"ASSEMBLER_CACHE": "/somewhere"})
    assert (named.code, named.output) == (0, "/somewhere\n")
