"""Environments made of links by hand, for tests that run real Pythons."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from assembler.launcher import Launcher, launcher_script
from assembler.model.text import Text

MINORS = ("3.10", "3.11", "3.12", "3.13")


@cache
def interpreter(minor: str) -> Path | None:
    """A Python of this minor version on this machine, not one of an environment."""
    seen = [
        shutil.which(f"python{minor}"),
        *Path.home().glob(f".pyenv/versions/{minor}.*/bin/python{minor}"),
    ]
    for found in filter(None, seen):
        run = subprocess.run(
            [found, "-c", "import os, sys; print(os.path.realpath(sys._base_executable))"],
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode == 0:
            return Path(run.stdout.strip())
    return None


class Environment:
    """A virtual environment of links in a folder whose name is as odd as can be."""

    def __init__(self, folder: Path, minor: str, python: Path) -> None:
        self.minor = minor
        self.root = folder / "a b'c\\x\"$(id)`é" / "web-1f"
        self.site = self.root / f"lib/python{minor}/site-packages"
        self.site.mkdir(parents=True)
        (self.root / "bin").mkdir()
        (self.root / "bin" / "python").symlink_to(python)
        (self.root / "pyvenv.cfg").write_text(
            f"home = {python.parent}\ninclude-system-site-packages = false\n"
        )

    def module(self, name: str, code: str) -> None:
        path = self.site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code)

    def launcher(self, name: str, launcher: Launcher, place: str = "/somewhere") -> Path:
        path = self.root / "bin" / name
        path.write_text(written(launcher_script(launcher, self.minor), place))
        path.chmod(0o755)
        return path


def written(text: Text, place: str) -> str:
    """The text with every place in it at this path."""
    return "".join(piece if isinstance(piece, str) else place for piece in text.pieces)


def run(
    *argv: str | Path, env: dict[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        argv,
        env={"PYTHONWARNINGS": "error", **(env or {"PATH": os.environ["PATH"]})},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
