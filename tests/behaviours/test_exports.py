"""What uv and pip install from exports of a program."""

import os
import shlex
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from uv import find_uv_bin

from tests.behaviours.programs import program, start
from tests.behaviours.world import PATIENCE, World
from tests.repositories import Repository, serve
from tests.wheels import make_tree, make_wheel

UV = (find_uv_bin(), "pip", "sync", "--preview")
PIP = (sys.executable, "-m", "pip", "install", "--no-deps")


def test_a_requirements_file_with_hashes(world: World):
    releases(world)
    world.done("export", "--format", "requirements", "--program", "app", "-o", "app.txt")

    assert made_with(world, "pip", *PIP, "--require-hashes", "-r", "app.txt") == EXPECTED
    assert made_with(world, "uv", *UV, "--require-hashes", "app.txt") == EXPECTED

    again = world.done("export", "--format", "requirements", "--program", "app", "-o", "app.txt")
    assert again.messages == "unchanged: app.txt\n"
    text = (world.project / "app.txt").read_text()
    world.write("app.txt", text.replace("sha256:", "sha256:0")[:-1])
    refused = run(world, venv_python(world, "refused"), *PIP, "--require-hashes", "-r", "app.txt")
    assert refused.returncode != 0


def test_a_lock_file_of_one_program(world: World):
    releases(world)
    world.write("out/keep", "")
    file = "out/pylock.other.toml"
    world.done("export", "--format", "pylock", "--program", "other", "-o", file)

    expected = ["ccc 2.0", "own 0.7"]
    assert made_with(world, "uv", *UV, file) == expected
    assert made_with(world, "pip", *PIP, "--no-require-hashes", "-r", file) == expected


def test_an_own_distribution_is_left_out_of_requirements(world: World):
    releases(world)
    exported = world.done("export", "--format", "requirements", "--program", "other")
    assert exported.messages == (
        "warning: left out, since it has no hash; install it with `pip install --no-deps ./own`\n"
    )
    assert "ccc==2.0" in exported.output
    assert "own==" not in exported.output


def test_choices_that_are_open(world: World):
    releases(world)
    asked = [
        (("--format", "pylock"), "the lock has several programs: `app`, `other`"),
        (("--format", "pylock", "--program", "x"), "no program in the lock is called `x`"),
        (("--format", "pylock", "--program", "app", "-o", "pylock.toml"),
         "`pylock.toml` is no place for an export"),
        (("--format", "pylock", "--program", "app", "-o", "app.txt"),
         "installers would not take `app.txt` for a lock file"),
    ]  # fmt: skip
    for arguments, message in asked:
        failed = world.assemble("export", *arguments)
        assert failed.code == 2
        assert failed.messages.splitlines()[0] == f"error: {message}"
    failed = world.assemble("export", "--format", "pylock", "--program", "app", "--target", "moon")
    assert failed.code == 6


SOURCES = ["ccc 2.0", "helper 1.0", "own 0.7", "thing 1.0", "vendored 1.0"]


@pytest.fixture
def with_sources(world: World) -> Iterator[World]:
    """A program with a distribution from everywhere: index, URL, file, repository and tree."""
    world.release("ccc", "2.0")
    name, world.index.files[name] = make_wheel("thing", "1.0")
    filename, content = make_wheel("vendored", "1.0")
    (world.project / "vendor").mkdir()
    (world.project / "vendor" / filename).write_bytes(content)
    make_tree(world.project / "own", "own", "0.7", requires=["ccc"])
    repository = Repository(world.folder / "repositories/helper", "src")
    repository.commit("1.0", "v1")
    repository.commit("2.0")
    with serve(world.folder / "repositories") as git:
        sources = f"""[sources]
own = {{ path = "own" }}
"vendor/*.whl" = {{}}
thing = {{ url = "{world.index.file_url(name)}" }}
helper = {{ git = "{git}/helper/.git", rev = "v1", subdirectory = "src" }}
"""
        requires = ["own", "vendored", "thing", "helper"]
        world.assembly(program("app", requires, 'interpreter = "py"'), before=sources)
        world.build()
        yield world


def test_sources_in_requirements(with_sources: World):
    """What has no hash is installed by the lines that stand at the top."""
    world = with_sources
    world.done("export", "--format", "requirements", "-o", "out/app.txt")
    text = (world.project / "out/app.txt").read_text()
    further = [
        shlex.split(line.partition(": ")[2])
        for line in text.splitlines()
        if " has no hash: " in line
    ]
    assert [words[:3] for words in further] == [["pip", "install", "--no-deps"]] * 2
    folder = world.project / "out"

    pip = venv_python(world, "pip")
    assert done(world, pip, *PIP, "--require-hashes", "-r", "app.txt", cwd=folder)
    for words in further:
        assert done(world, pip, *PIP, *words[3:], cwd=folder)
    assert distributions(pip) == SOURCES

    uv = venv_python(world, "uv")
    install = (UV[0], "pip", "install", "--no-deps")
    assert done(world, uv, *install, "--require-hashes", "-r", "app.txt", cwd=folder)
    for words in further:
        assert done(world, uv, *install, *words[3:], cwd=folder)
    assert distributions(uv) == SOURCES


def test_sources_in_a_lock_file(with_sources: World):
    world = with_sources
    world.done("export", "--format", "pylock", "-o", "out/pylock.app.toml")
    folder = world.project / "out"

    uv = venv_python(world, "uv")
    assert done(world, uv, *UV, "pylock.app.toml", cwd=folder)
    assert distributions(uv) == SOURCES
    installed = venv_python(world, "installed")
    install = (UV[0], "pip", "install", "--preview", "--no-deps", "-r")
    assert done(world, installed, *install, "pylock.app.toml", cwd=folder)
    assert distributions(installed) == SOURCES
    pip = venv_python(world, "pip")
    assert done(world, pip, *PIP, "--no-require-hashes", "-r", "pylock.app.toml", cwd=folder)
    assert distributions(pip) == SOURCES
    assert distributions(world.prefix / "bin/py") == SOURCES


EXPECTED = ["ccc 1.0", "extra 1.0", "old 1.0"]


def releases(world: World) -> None:
    """Lock two programs, one of them with a distribution of the project's own."""
    for version in ("1.0", "2.0"):
        world.release("ccc", version)
    world.release("old", "1.0", requires=["ccc <2", "extra"])
    world.release("extra", "1.0")
    make_tree(world.project / "own", "own", "0.7", requires=["ccc"])
    world.assembly(
        program("app", ["old"]) + program("other", ["own"]),
        before='[sources]\nown = { path = "own" }\n',
    )
    world.done("lock")


def made_with(world: World, name: str, *command: str) -> list[str]:
    """What a new environment has in it after the command."""
    python = venv_python(world, name)
    assert done(world, python, *command)
    return distributions(python)


def done(world: World, python: Path, *command: str, cwd: Path | None = None) -> bool:
    """Run uv or pip for a Python, which must succeed."""
    ended = run(world, python, *command, cwd=cwd)
    assert ended.returncode == 0, ended.stderr
    return True


def distributions(python: Path) -> list[str]:
    """What a Python has in its environment."""
    code = (
        "from importlib.metadata import distributions\n"
        "for found in distributions(): print(found.name, found.version)"
    )
    seen = start(python, "-c", code)
    assert seen.returncode == 0, seen.stderr
    return sorted(seen.stdout.splitlines())


def venv_python(world: World, name: str) -> Path:
    """The Python of a new environment."""
    venv.create(world.folder / name, symlinks=True)
    return world.folder / name / "bin/python"


def run(
    world: World, python: Path, program: str, *arguments: str, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run uv or pip for a Python."""
    return subprocess.run(
        [*with_python([program, *arguments], python)],
        cwd=cwd or world.project,
        env=world.environment
        | {"UV_NO_CONFIG": "1", "UV_CACHE_DIR": str(world.folder / "scratch")}
        | {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def with_python(command: Sequence[str], python: Path) -> list[str]:
    """The command with the Python to install for, where uv or pip takes it."""
    if command[0] == UV[0]:
        return [*command, "--python", str(python)]
    return [*command[:3], "--python", str(python), *command[3:]]
