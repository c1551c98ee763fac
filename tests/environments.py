"""Environments made of links by hand, for tests that run real Pythons."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from assembler.launcher import Launcher, launcher_script
from assembler.model.places import Places

MINORS = ("3.10", "3.11", "3.12", "3.13")


@cache
def interpreter(minor: str) -> Path | None:
    """A Python of this minor version on this machine, not one of an environment."""
    on_path = shutil.which(f"python{minor}")
    seen = [Path(on_path)] if on_path else []
    seen += Path.home().glob(f".pyenv/versions/{minor}.*/bin/python{minor}")
    for found in seen:
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
        self.prefix = folder / "a b'c\\x\"$(id)`é"
        self.root = self.prefix / ".assembly/parts/web-1f"
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

    def launcher(self, name: str, launcher: Launcher, project: str = "/checkout") -> Path:
        path = self.root / "bin" / name
        path.write_text(self.places(project).text(launcher_script(launcher, self.minor)))
        path.chmod(0o755)
        return path

    def places(self, project: str) -> Places:
        directories = {"web": "web-1f", "data": "data-2e"}
        return Places(
            prefix=str(self.prefix), project=project, directories=directories, keys={"data": "2e"}
        )


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
