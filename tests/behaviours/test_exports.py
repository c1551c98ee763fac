"""What uv and pip install from exports of a program."""

import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

from uv import find_uv_bin

from tests.behaviours.programs import program, start
from tests.behaviours.world import PATIENCE, World
from tests.wheels import make_tree

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
    ended = run(world, python, *command)
    assert ended.returncode == 0, ended.stderr
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
    world: World, python: Path, program: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run uv or pip for a Python."""
    return subprocess.run(
        [*with_python([program, *arguments], python)],
        cwd=world.project,
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
