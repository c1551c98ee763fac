"""Commands that share a cache at the same time."""

import selectors
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Event

from tests.behaviours.programs import program, release_app
from tests.behaviours.world import PATIENCE, World
from tests.source_backend import __file__ as backend_file
from tests.wheels import make_tree

NAMES = ("one", "two", "three")
PREFIXES = ("left", "right")


class Meeting(dict[str, bytes]):
    """Files that are given out only when as many ask for one as there are to be at once."""

    def __init__(self, files: dict[str, bytes], count: int) -> None:
        super().__init__(files)
        self._met = {name: Barrier(count, timeout=PATIENCE) for name in files}

    def get(self, key: str, default: bytes | None = None) -> bytes | None:  # type: ignore[override]  # simpler
        if default is None and key in self._met:
            self._met[key].wait()
        return super().get(key, default)


class Kept(dict[str, bytes]):
    """Files that are given out only once they may be."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(files)
        self.may = Event()

    def get(self, key: str, default: bytes | None = None) -> bytes | None:  # type: ignore[override]  # simpler
        assert self.may.wait(PATIENCE)
        return super().get(key, default)


@contextmanager
def building(world: World, prefixes: Sequence[str]) -> Iterator[list[subprocess.Popen[str]]]:
    """Builds into these prefixes, all at once."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "assembler", "build", "--prefix", prefix],
            cwd=world.project,
            env=world.environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for prefix in prefixes
    ]
    try:
        yield started
    finally:
        for each in started:
            each.kill()
            each.communicate()


def ends(started: Sequence[subprocess.Popen[str]]) -> None:
    """All of them must end well."""
    said = [each.communicate(timeout=PATIENCE)[1] for each in started]
    assert [each.returncode for each in started] == [0] * len(started), said


def first_to_say(started: Sequence[subprocess.Popen[str]]) -> tuple[subprocess.Popen[str], str]:
    """Which of some commands says something first, and what."""
    with selectors.DefaultSelector() as selector:
        for each in started:
            assert each.stderr is not None
            selector.register(each.stderr, selectors.EVENT_READ, each)
        (key, _), *_ = selector.select(PATIENCE)
    speaker = next(each for each in started if each is key.data)
    assert speaker.stderr is not None
    return speaker, speaker.stderr.readline()


def write_tree(world: World) -> None:
    """A source tree that notes each of its builds."""
    tree = make_tree(world.project / "own", "own", "1.0", build_requires=["tool"])
    noting = f"""

def build_wheel(*arguments):
    with open({str(world.folder / "builds")!r}, "a") as builds:
        builds.write("built\\n")
    return _build_wheel(*arguments)
"""
    code = Path(backend_file).read_text().replace("def build_wheel(", "def _build_wheel(")
    (tree / "_backend/source_backend.py").write_text(code + noting)


def cold(world: World) -> None:
    """A project that is locked, and nothing in the cache."""
    for name in (*NAMES, "tool"):
        release_app(world, name, "1.0", name)
    write_tree(world)
    world.assembly(program("web", [*NAMES, "own"]), before='[sources]\nown = { path = "own" }\n')
    world.done("lock")
    shutil.rmtree(world.cache)
    world.index.requests.clear()


def test_65_two_builds_share_a_cold_cache(world: World) -> None:
    cold(world)
    world.index.files = files = Kept(world.index.files)
    with building(world, PREFIXES) as both:
        waiting, said = first_to_say(both)
        (other,) = {*both} - {waiting}
        assert said.startswith(f"waiting for process {other.pid} (`"), said
        assert said.partition(" build --prefix ")[2].endswith(".whl`\n"), said
        assert ", which downloads `" in said
        files.may.set()
        ends(both)
    for prefix in PREFIXES:
        for name in NAMES:
            assert world.launch(name, prefix=world.project / prefix) == f"{name} 1.0"
        world.done("verify", "--prefix", prefix)
    asked = sorted(path for path, _ in world.index.requests)
    assert asked == sorted(f"/files/{name}" for name in files)
    assert (world.folder / "builds").read_text() == "built\n"
    trees = sorted(tree.name.partition("-")[0] for tree in world.cache.glob("wheels/[!.]*"))
    assert trees == sorted((*NAMES, "own", "tool"))
    assert not list(world.cache.rglob(".*new-*"))
    assert list((world.cache / "locks").iterdir()) == []
    world.done("cache", "verify")
    world.index.requests.clear()
    world.done("build", "--prefix", "third")
    assert world.index.requests == []


def test_65_two_builds_share_a_cold_cache_that_has_no_locks(world: World) -> None:
    for name in NAMES:
        release_app(world, name, "1.0", name)
    world.assembly(program("web", NAMES))
    world.done("lock")
    assert not list(world.cache.glob("files/*/*/*.whl"))
    shutil.rmtree(world.cache / "locks", ignore_errors=True)
    (world.cache / "locks").write_text("in the way")
    wheels = dict(world.index.files)
    world.index.files = Meeting(wheels, len(PREFIXES))
    with building(world, PREFIXES) as both:
        ends(both)
    for prefix in PREFIXES:
        for name in NAMES:
            assert world.launch(name, prefix=world.project / prefix) == f"{name} 1.0"
        world.done("verify", "--prefix", prefix)
    cached = {file.name: file.read_bytes() for file in world.cache.glob("files/??/*/*")}
    assert cached == wheels
    trees = sorted(tree.name.partition("-")[0] for tree in world.cache.glob("wheels/[!.]*"))
    assert trees == sorted(NAMES)
    assert not list(world.cache.rglob(".*new-*"))
    world.done("cache", "clean")


def test_a_signal_ends_who_waits_and_who_is_killed_is_in_nobodys_way(world: World) -> None:
    """Of one wheel: whoever waits for it downloads nothing else."""
    release_app(world, "one", "1.0", "one")
    world.assembly(program("web", ["one"]))
    world.done("lock")
    shutil.rmtree(world.cache)
    world.index.files = files = Kept(world.index.files)
    with building(world, PREFIXES) as both:
        waiting, said = first_to_say(both)
        (holding,) = {*both} - {waiting}
        holding.send_signal(signal.SIGSTOP)
        waiting.send_signal(signal.SIGTERM)
        waiting.communicate(timeout=PATIENCE)
        assert waiting.returncode == 128 + signal.SIGTERM
        with building(world, ["third"]) as (third,):
            _, said = first_to_say([third])
            assert said.startswith(f"waiting for process {holding.pid} (`")
            files.may.set()
            holding.kill()
            ends([third])
    assert world.launch("one", prefix=world.project / "third") == "one 1.0"
