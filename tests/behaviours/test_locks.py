"""Building from a lock: out of the cache, against tampering, and with other tools."""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

from inline_snapshot import snapshot
from uv import find_uv_bin

from tests.behaviours.programs import program, release_app, start
from tests.behaviours.world import PATIENCE, World
from tests.wheels import make_tree, make_wheel


def test_62_an_offline_build_takes_everything_from_the_cache(world: World):
    release_app(world, "demo", "1.0", "demo", shows="ccc", requires=["ccc"])
    world.release("ccc", "1.0")
    world.assembly(program("app", ["demo"]))
    world.build()
    before = world.status["digest"]
    shutil.rmtree(world.prefix)
    shutil.rmtree(world.cache / "wheels")
    world.index.requests.clear()

    world.done("build", "--offline")
    assert world.launch("demo") == "demo 1.0\nccc 1.0"
    assert world.status["digest"] == before
    world.done("lock", "--offline")
    assert world.index.requests == []

    shutil.rmtree(world.prefix)
    shutil.rmtree(world.cache / "wheels")
    cached(world, "ccc").unlink()
    failed = world.assemble("build", "--offline")
    assert failed.code == 3
    assert failed.messages.replace(world.index.origin, "INDEX") == snapshot("""\
error: `INDEX/files/ccc-1.0-py3-none-any.whl` is not cached, and nothing is fetched offline
hint: run `assemble build` once with the network
""")
    assert not world.prefix.exists()
    assert world.index.requests == []


def test_63_a_wheel_replaced_by_another_of_its_name_is_never_installed(world: World):
    release_app(world, "demo", "1.0", "demo")
    world.assembly(program("app", ["demo"]))
    world.done("lock")
    world.done("build", "--prefix", str(world.folder / "elsewhere"))
    shutil.rmtree(world.cache / "wheels")
    filename, other = make_wheel("demo", "1.0", files={"demo/__init__.py": "raise SystemExit(9)"})
    wheel = cached(world, "demo")
    assert wheel.name == filename
    wheel.chmod(0o644)
    wheel.write_bytes(other)

    hashes = [
        f"  {word} sha256 {hashlib.sha256(content).hexdigest()}"
        for word, content in (("expected", world.index.files[filename]), ("got     ", other))
    ]

    offline = world.assemble("build", "--offline")
    assert offline.code == 4
    assert offline.messages.splitlines() == [
        f"error: `{filename}` in the cache has another hash than expected",
        *hashes,
        (
            f"  fetching it again failed: `{world.index.file_url(filename)}` is not cached, "
            "and nothing is fetched offline"
        ),
        "hint: run the same once with the network",
    ]
    assert not world.prefix.exists()

    true = world.index.files[filename]
    world.index.files[filename] = other
    failed = world.assemble("build")
    assert failed.code == 4
    assert failed.messages.splitlines() == [
        f"error: `{filename}` has another hash than expected",
        f"  from {world.index.file_url(filename)}",
        *hashes,
    ]
    assert not world.prefix.exists()
    assert not list((world.cache / "files").rglob("*.whl"))

    world.index.files[filename] = true
    world.done("build")
    assert world.launch("demo") == "demo 1.0"


def cached(world: World, name: str) -> Path:
    """The download of a wheel in the cache."""
    (found,) = (world.cache / "files").rglob(f"{name}-*.whl")
    return found


def test_74_uv_and_pip_install_what_we_build(world: World):
    for version in ("1.0", "2.0"):
        world.release("ccc", version)
    world.release("old", "1.0", requires=["ccc <2"])
    world.release("new", "3.0", requires=["ccc", "extra[more]"])
    world.release("extra", "1.0", extras={"more": ["deep"]})
    world.release("deep", "0.1")
    make_tree(world.project / "own", "own", "0.7", requires=["deep"])
    world.assembly(
        program("first-one", ["old"], 'interpreter = "first"')
        + program("second", ["new", "own"], 'interpreter = "second"'),
        before='[sources]\nown = { path = "own" }\n',
    )
    world.build()

    ours = {name: installed(world.prefix / "bin" / name) for name in ("first", "second")}
    assert ours == {
        "first": ["ccc 1.0", "old 1.0"],
        "second": ["ccc 2.0", "deep 0.1", "extra 1.0", "new 3.0", "own 0.7"],
    }
    commands = [
        line.removeprefix("#").split()
        for line in (world.project / "pylock.toml").read_text().splitlines()
        if line.startswith("#     ")
    ]
    assert [words[0] for words in commands] == ["uv", "pip", "uv", "pip"]
    made = [installed(made_with(world, words, str(n))) for n, words in enumerate(commands)]
    assert made == [ours["first"], ours["first"], ours["second"], ours["second"]]


def installed(python: Path) -> list[str]:
    """The distributions that a Python sees, with their versions."""
    code = (
        "from importlib.metadata import distributions\n"
        "for found in distributions(): print(found.name, found.version)"
    )
    ended = start(python, "-c", code)
    assert ended.returncode == 0, ended.stderr
    return sorted(ended.stdout.splitlines())


def made_with(world: World, words: Sequence[str], name: str) -> Path:
    """The Python of a new environment in which uv or pip installed."""
    folder = world.folder / name
    venv.create(folder, symlinks=True)
    python = folder / "bin/python"
    tool, *arguments = words
    if tool == "uv":
        command = [find_uv_bin(), *arguments, "--python", str(python)]
    else:
        command = [sys.executable, "-m", "pip", "--python", str(python), *arguments]
    scratch = str(world.folder / "scratch")
    ended = subprocess.run(
        command,
        cwd=world.project,
        env=world.environment
        | {"UV_NO_CONFIG": "1", "UV_CACHE_DIR": scratch}
        | {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", "PIP_NO_INDEX": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return python
