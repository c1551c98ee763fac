"""The cache that builds share: where it is, whether it is whole, and dropped in part or whole."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.behaviours.programs import program, release_app
from tests.behaviours.world import PATIENCE, World
from tests.wheels import make_tree

DAY = 24 * 60 * 60


@pytest.fixture
def built(world: World) -> World:
    """A build of a wheel from the index, and of one made from a source tree."""
    release_app(world, "tool", "1.0", "tool")
    make_tree(world.project / "own", "own", "1.0")
    sources = '[sources]\nown = { path = "own" }'
    world.assembly(program("web", ["tool", "own"]), before=sources)
    world.build()
    return world


def entry(world: World, pattern: str) -> Path:
    (found,) = world.cache.glob(pattern)
    return found


def test_where_it_is(world: World) -> None:
    assert world.done("cache", "dir").output == f"{world.cache}\n"
    named = world.done("cache", "dir", "--json").document
    assert named == {"changed": False, "directory": str(world.cache)}
    ended = world.assemble("cache", "dir", "--older", "3")
    assert ended.code == 2
    assert "go with `assemble cache clean`" in ended.messages


def test_what_is_damaged_is_told_dropped_and_made_again(built: World) -> None:
    whole = built.done("cache", "verify", "--json").document
    assert whole["changed"] is False
    assert whole["entries"] > 3
    wheel = entry(built, "wheels/tool-*/site/tool/__init__.py")
    download = entry(built, "files/*/*/tool-1.0-*.whl")
    own = entry(built, "built/*/own-*.whl")
    for path in (wheel, download, own):
        path.chmod(0o644)
        path.write_bytes(path.read_bytes() + b"\n")
    ended = built.assemble("cache", "verify")
    assert ended.code == 4
    assert f"3 entries of the cache `{built.cache}` differed from what was kept" in ended.messages
    for path in (wheel.parent.parent.parent, download.parent, own.parent):
        assert f"  `{path.relative_to(built.cache)}`\n" in ended.messages
        assert not path.exists()
    built.done("cache", "verify")
    built.done("build", "--prefix", "other")
    assert built.launch("tool", prefix=built.project / "other") == "tool 1.0"


def test_all_of_it_is_dropped_and_comes_back(built: World) -> None:
    would = built.done("cache", "clean", "--dry-run", "--json").document
    assert (would["changed"], would["left"]) == (False, 0)
    assert would["entries"] > 5
    cleaned = built.done("cache", "clean", "--json").document
    assert cleaned == would | {"changed": True}
    left = [path for path in built.cache.rglob("*") if not path.is_dir()]
    assert left == []
    assert built.launch("tool") == "tool 1.0"
    assert "nothing to do" in built.done("build").messages
    built.done("verify")
    assert built.assemble("build", "--offline", "--prefix", "other").code == 3
    built.done("build", "--prefix", "other")


def test_what_was_not_used_for_long_goes(built: World) -> None:
    release_app(built, "newer", "1.0", "newer")
    old = 10 * DAY
    for path in (*built.cache.glob("*/*"), *built.cache.glob("*/*/*")):
        was = path.lstat()
        os.utime(path, (was.st_atime - old, was.st_mtime - old), follow_symlinks=False)
    built.assembly(program("web", ["tool", "newer"]))
    built.build()
    said = built.done("cache", "clean", "--older", "9").messages
    assert said.startswith("dropped ")
    names = {path.name.partition("-")[0] for path in built.cache.glob("wheels/*")}
    assert {"tool", "newer"} <= names
    assert "own" not in names
    built.done("build", "--offline", "--prefix", "other")


def test_the_longest_unused_goes_until_it_is_small(built: World) -> None:
    oldest = entry(built, "wheels/tool-*")
    os.utime(oldest, (DAY, DAY))
    whole = built.done("cache", "clean", "--dry-run", "--json").document["bytes"]
    cleaned = built.done("cache", "clean", "--size", f"{whole - 1}", "--json").document
    assert cleaned["entries"] == 1
    assert cleaned["left"] == whole - cleaned["bytes"]
    assert not oldest.exists()
    assert built.done("cache", "clean", "--size", "2GB", "--json").document["changed"] is False
    ended = built.assemble("cache", "clean", "--size", "much")
    assert ended.messages == (
        "error: `much` is not a size\nhint: write it as 500MB or 2GB\n"
    )  # fmt: skip


def test_what_a_build_uses_is_not_dropped(world: World) -> None:
    os.mkfifo(world.project / "held")
    release_app(world, "tool", "1.0", "tool")
    holding = "exec > ${assembly.project}/held; echo begun; read go < ${assembly.project}/go"
    world.assembly(
        program("web", ["tool"]) + f'[parts.a]\nrecipe = "command"\nshell = "{holding}; : > out"\n'
        'outputs = ["out"]\n'
    )
    os.mkfifo(world.project / "go")
    world.done("lock")
    building = start(world, "build", "--jobs", "1")
    with (world.project / "held").open() as held:
        assert held.readline() == "begun\n"
        cleaning = start(world, "cache", "clean")
        assert cleaning.stderr is not None
        waits = cleaning.stderr.readline()
        assert waits.startswith(f"waiting for process {building.pid} (`")
        assert waits.endswith(" build --jobs 1`), which uses the cache\n")
        (world.project / "go").write_text("on\n")
    assert building.communicate(timeout=PATIENCE)[1].endswith(f"is current: {world.prefix}\n")
    assert cleaning.communicate(timeout=PATIENCE)[1].startswith("dropped ")
    assert (building.returncode, cleaning.returncode) == (0, 0)
    assert world.launch("tool") == "tool 1.0"


def start(world: World, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "assembler", *arguments],
        cwd=world.project,
        env=world.environment,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
