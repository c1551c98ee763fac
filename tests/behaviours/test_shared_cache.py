"""Commands that share a cache at the same time."""

import subprocess
import sys
from threading import Barrier

from tests.behaviours.programs import program, release_app
from tests.behaviours.world import PATIENCE, World

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


def test_65_two_builds_share_a_cold_cache(world: World) -> None:
    for name in NAMES:
        release_app(world, name, "1.0", name)
    world.assembly(program("web", NAMES))
    world.done("lock")
    assert not list(world.cache.glob("files/*/*/*.whl"))
    wheels = dict(world.index.files)
    world.index.files = Meeting(wheels, len(PREFIXES))
    building = [start(world, prefix) for prefix in PREFIXES]
    said = [each.communicate(timeout=PATIENCE)[1] for each in building]
    assert [each.returncode for each in building] == [0, 0], said
    for prefix in PREFIXES:
        for name in NAMES:
            assert world.launch(name, prefix=world.project / prefix) == f"{name} 1.0"
        world.done("verify", "--prefix", prefix)
    cached = {file.name: file.read_bytes() for file in world.cache.glob("files/??/*/*")}
    assert cached == wheels
    trees = sorted(tree.name.partition("-")[0] for tree in world.cache.glob("wheels/*"))
    assert trees == sorted(NAMES)
    assert not list(world.cache.rglob(".*new-*"))
    world.done("cache", "verify")
    world.index.files = wheels
    world.index.requests.clear()
    world.done("build", "--prefix", "third")
    assert world.index.requests == []


def start(world: World, prefix: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "assembler", "build", "--prefix", prefix],
        cwd=world.project,
        env=world.environment,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
