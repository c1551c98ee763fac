"""The workflows on the page about CI, whose shell lines are run in a scratch project."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.behaviours.programs import release_app
from tests.behaviours.world import PATIENCE, PYTHON, World
from tests.pages import blocks
from tests.wheels import make_tree

PAGE = "build-and-test-in-ci.md"
TEST = """
import unittest

import dep
import shop


class ShopTest(unittest.TestCase):
    def test_versions(self):
        self.assertEqual((shop.__version__, dep.__version__), ("1.0", "2.0"))
"""
STALE = "error: `pylock.toml` is stale: `app` now requires `dep<3`"


class Runner:
    """A machine of CI: the checkout, a home, and assembler, which `pip` and `pipx` install."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.home = world.folder / "home"
        self.installed = world.folder / "installed"
        commands = world.folder / "commands"
        commands.mkdir()
        said = f'echo "${{0##*/}} $*" >> {self.installed}\n'
        for name, script in (
            ("pip", said),
            ("pipx", said),
            ("assemble", f'exec {sys.executable} -m assembler "$@"\n'),
        ):
            (commands / name).write_text(f"#!/bin/sh\n{script}")
            (commands / name).chmod(0o755)
        self.path = f"{commands}:{world.environment['PATH']}"

    def run(self, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run shell lines in the checkout, as runners do: until one fails."""
        shell = shutil.which("bash") or "sh"
        return subprocess.run(
            [shell, "-e", "-c", script],
            cwd=self.world.project,
            env={"PATH": self.path, "HOME": str(self.home), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def check_out_anew(self) -> None:
        """Leave nothing of what an earlier run made in the checkout."""
        shutil.rmtree(self.world.prefix)
        (self.world.project / "shop.tar.gz").unlink()


@pytest.fixture
def runner(world: World) -> Runner:
    """The checkout of the page's application, locked."""
    release_app(world, "dep", "2.0")
    make_tree(
        world.project,
        "shop",
        "1.0",
        requires=["dep"],
        files={"shop.py": "__version__ = '1.0'\n"},
    )
    world.write("tests/test_shop.py", TEST)
    (assembly,) = blocks(PAGE, "toml")
    for shown, here in (('"3.12"', f'"{PYTHON}"'), ("linux-x86_64", machine())):
        assert shown in assembly
        assembly = assembly.replace(shown, here)
    index = f'\n[index.local]\nurl = "{world.index.url}"\ndefault = true\n'
    world.write("assembly.toml", assembly + index)
    runner = Runner(world)
    assert runner.run("assemble lock").returncode == 0
    return runner


def machine() -> str:
    return f"linux-{platform.machine()}"


def workflows() -> tuple[Any, Any]:
    """The workflows of GitHub and of GitLab."""
    github, gitlab = (yaml.safe_load(text) for text in blocks(PAGE, "yaml"))
    return github, gitlab


def test_github_actions(runner: Runner) -> None:
    (job,) = workflows()[0]["jobs"].values()
    steps = job["steps"]
    assert all(("run" in step) != ("uses" in step) for step in steps)
    kept = next(step["with"] for step in steps if step.get("uses", "").startswith("actions/cache@"))
    cache = Path(kept["path"].replace("~", str(runner.home)))
    assert f"{cache}\n" == runner.run("assemble cache dir").stdout
    assert "hashFiles('pylock*.toml')" in kept["key"]
    assert kept["key"].startswith(kept["restore-keys"])
    assert (runner.world.project / "pylock.toml") in runner.world.project.glob("pylock*.toml")
    lines = [step["run"] for step in steps if "run" in step]
    through(runner, lines, {})
    (artifact,) = (
        step["with"] for step in steps if step.get("uses", "").startswith("actions/upload-artifact")
    )
    unpacked(runner, artifact["path"])
    again(runner, lines, {})
    assert runner.installed.read_text() == "pipx install assembler\n" * 3


def test_gitlab_ci(runner: Runner) -> None:
    (job,) = workflows()[1].values()
    folder = str(runner.world.project)
    variables = {
        name: value.replace("$CI_PROJECT_DIR", folder) for name, value in job["variables"].items()
    }
    lines = ["\n".join([*job["before_script"], *job["script"]])]
    through(runner, lines, variables)
    (cached,), (artifact,) = job["cache"]["paths"], job["artifacts"]["paths"]
    assert f"{folder}/{cached}\n" == runner.run("assemble cache dir", **variables).stdout
    assert (runner.world.project / cached / "wheels").is_dir()
    assert all((runner.world.project / name).is_file() for name in job["cache"]["key"]["files"])
    unpacked(runner, artifact)
    again(runner, lines, variables)
    assert runner.installed.read_text() == "pip install assembler\n" * 3


def test_a_plain_shell(runner: Runner) -> None:
    (script,) = blocks(PAGE, "sh")
    variables = {"CACHE_FOLDER": str(runner.world.folder / "kept")}
    through(runner, [script], variables)
    assert (runner.world.folder / "kept/wheels").is_dir()
    unpacked(runner, "shop.tar.gz")
    again(runner, [script], variables)


def through(runner: Runner, lines: list[str], variables: Mapping[str, str]) -> None:
    """The lines succeed, and the tests were run."""
    said = ""
    for line in lines:
        ended = runner.run(line, **variables)
        assert ended.returncode == 0, f"{line}:\n{ended.stdout}"
        said += ended.stdout
    assert "pylock.toml is fresh\n" in said
    assert "Ran 1 test in " in said
    assert "files are as they were built\n" in said


def again(runner: Runner, lines: list[str], variables: Mapping[str, str]) -> None:
    """With the cache nothing is fetched; with a stale lock nothing is built."""
    runner.check_out_anew()
    asked = list(runner.world.index.requests)
    through(runner, lines, variables)
    assert runner.world.index.requests == asked
    runner.check_out_anew()
    runner.world.edit('requires = ["shop"]', 'requires = ["shop", "dep<3"]')
    codes = []
    for line in lines:
        ended = runner.run(line, **variables)
        codes.append(ended.returncode)
        if ended.returncode:
            assert STALE in ended.stdout
            break
    assert codes[-1] == 6
    assert not runner.world.prefix.exists()


def unpacked(runner: Runner, archive: str) -> None:
    """What was kept runs elsewhere, as the page says."""
    elsewhere = runner.world.folder / "srv"
    shown = next(text for text in blocks(PAGE, "console") if "tar --extract" in text)
    script = shown.replace("$ ", "").replace("/srv/shop", str(elsewhere))
    assert archive in script
    ended = runner.run(script)
    assert ended.returncode == 0, ended.stdout
    launched = subprocess.run(
        [elsewhere / "bin/tests"],
        cwd=runner.world.project,
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert "Ran 1 test in " in launched.stderr, launched.stderr
