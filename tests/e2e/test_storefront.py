"""The storefront, built from PyPI, does what its page says."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.behaviours.world import Ended

EXAMPLE = Path(__file__).parents[2] / "examples" / "storefront"
PATIENCE = 300.0
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


class Storefront:
    """A copy of the example, its cache, and the command run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = folder / "storefront"
        self.cache = folder / "cache"
        self.prefix = self.project / "build"

    def assemble(self, *arguments: str) -> Ended:
        """Run the command to its end."""
        ended = subprocess.run(
            [sys.executable, "-m", "assembler", *arguments],
            cwd=self.project,
            env=os.environ | {"ASSEMBLER_CACHE": str(self.cache)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def done(self, *arguments: str) -> Ended:
        """Run the command, which must succeed."""
        ended = self.assemble(*arguments)
        assert ended.code == 0, ended.messages
        return ended

    def report(self, launcher: str, prefix: Path | None = None) -> dict[str, str]:
        """What a program says of itself."""
        command = [(prefix or self.prefix) / "bin" / launcher]
        said = subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
        answer: dict[str, str] = json.loads(said.stdout)
        return answer

    def locked(self, program: str) -> dict[str, str]:
        """The versions that the lock has for a program."""
        lock = tomllib.loads((self.project / "pylock.toml").read_text())
        return {
            package["name"]: package.get("version", "")
            for package in lock["packages"]
            if f"'{program}' in dependency_groups" in package["marker"].replace('"', "'")
        }

    def edit(self, before: str, after: str) -> None:
        """Replace text that stands once in `assembly.toml`."""
        file = self.project / "assembly.toml"
        text = file.read_text()
        assert text.count(before) == 1
        file.write_text(text.replace(before, after))

    def state(self) -> dict[str, tuple[int, int]]:
        """Inode and mtime (ns) of every path of the prefix."""
        return {
            str(path): (path.lstat().st_ino, path.lstat().st_mtime_ns)
            for path in self.prefix.rglob("*")
        }


@pytest.fixture(scope="module")
def assembled(tmp_path_factory: pytest.TempPathFactory) -> Storefront:
    """The example, locked and built once."""
    storefront = Storefront(tmp_path_factory.mktemp("e2e"))
    kept_out = shutil.ignore_patterns("build", "pylock*", "__pycache__")
    shutil.copytree(EXAMPLE, storefront.project, ignore=kept_out)
    storefront.edit('python = "3.11"', f'python = "{PYTHON}"')
    storefront.done("lock")
    storefront.done("build")
    return storefront


@pytest.fixture
def storefront(assembled: Storefront, tmp_path: Path) -> Iterator[Storefront]:
    """A copy of the built example, of its own, on the same cache."""
    copy = Storefront(tmp_path)
    shutil.copytree(assembled.project, copy.project, symlinks=True)
    copy.cache = assembled.cache
    copy.done("build")
    yield copy
    shutil.rmtree(copy.project)


def test_each_program_runs_what_the_lock_says(assembled: Storefront) -> None:
    for launcher, program in (("shop-report", "web"), ("ledger", "ledger")):
        said, versions = assembled.report(launcher), assembled.locked(program)
        assert said["flask"] == versions["flask"]
        assert said["sqlalchemy"] == versions["sqlalchemy"]
    assert assembled.report("shop-report")["flask"].startswith("3.")
    assert assembled.report("ledger")["flask"].startswith("2.")


def test_a_second_build_touches_nothing(storefront: Storefront) -> None:
    before = storefront.state()
    assert "nothing to do" in storefront.done("build").messages
    assert storefront.state() == before


def test_the_prefix_is_whole_and_can_be_moved(storefront: Storefront, tmp_path: Path) -> None:
    before = storefront.report("shop-report"), storefront.report("ledger")
    own = tmp_path / "own cache"
    shutil.copytree(storefront.cache, own, symlinks=True)
    storefront.cache = own
    shutil.rmtree(storefront.prefix)
    storefront.done("build")
    shutil.rmtree(own)
    moved = tmp_path / "somewhere else"
    storefront.prefix.rename(moved)
    after = storefront.report("shop-report", moved), storefront.report("ledger", moved)
    assert after == before


def test_a_removed_part_goes_and_rollback_brings_it_back(storefront: Storefront) -> None:
    file = storefront.project / "assembly.toml"
    text = file.read_text()
    file.write_text(text[: text.index("# The books,")])
    storefront.done("build")
    assert not (storefront.prefix / "bin" / "ledger").exists()
    assert (storefront.prefix / "bin" / "shop").exists()
    storefront.done("rollback")
    assert storefront.report("ledger")["program"] == "ledger"


def test_an_edited_requirement_makes_the_lock_stale(storefront: Storefront) -> None:
    storefront.edit('"waitress>=3"', '"waitress>=2"')
    ended = storefront.assemble("build")
    assert ended.code == 6
    assert "`web` now requires `waitress>=2`" in ended.messages
    assert "assembly.toml" in ended.messages


def test_a_child_process_sees_the_distributions_of_the_program(storefront: Storefront) -> None:
    code = (
        "import subprocess, sys;"
        "print(subprocess.check_output([sys.executable, '-c',"
        " 'import flask, importlib.metadata as m; print(m.version(\"flask\"))'], text=True))"
    )
    python = storefront.prefix / "bin" / "shop-python"
    said = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == storefront.locked("web")["flask"]
