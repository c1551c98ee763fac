"""Where tools are measured: a file system made for it, tools of their own, a plain environment."""

import os
import shutil
import subprocess
import sys
from functools import cached_property
from pathlib import Path

from tests.benchmarks.workload import PYTHON

PROJECT = Path(__file__).parents[2]
SIZE = "24G"
FOREIGN = ("PYTHON", "UV_", "PIP_", "ASSEMBLER_", "VIRTUAL_ENV", "XDG_", "NOX_")
"""Variables that would let a tool behave otherwise than on any machine."""

KEPT = ("PIP_CERT", "UV_NATIVE_TLS")


class Field:
    """A scratch file system with the tools to be measured, all of whose caches are on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.uv = shutil.which("uv") or sys.exit("there is no uv to compare with")
        self.filled: set[Path] = set()
        self._environments: dict[tuple[str, ...], Path] = {}

    @property
    def caches(self) -> Path:
        """Where the tools keep what they fetched, once and for all rows."""
        return self.folder / "caches"

    def place(self, name: str) -> Path:
        """A folder of this name, which is made."""
        made = self.folder / name
        made.mkdir(parents=True, exist_ok=True)
        return made

    def environment(self, caches: str = "caches") -> dict[str, str]:
        """The variables of a command; caches may be others."""
        mine = {
            name: value
            for name, value in os.environ.items()
            if name in KEPT or not name.startswith(FOREIGN)
        }
        folder = self.folder / caches
        return mine | {
            "HOME": str(self.place("home")),
            "PATH": f"{self.python.parent}:/usr/local/bin:/usr/bin:/bin",
            "ASSEMBLER_CACHE": str(folder / "assembler"),
            "UV_CACHE_DIR": str(folder / "uv"),
            "UV_PYTHON": str(self.python),
            "UV_PYTHON_DOWNLOADS": "never",
            "PIP_CACHE_DIR": str(folder / "pip"),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PEX_ROOT": str(folder / "pex"),
        }

    @cached_property
    def python(self) -> Path:
        """The interpreter that all programs have."""
        words = (self.uv, "python", "find", "--no-project", "--system", PYTHON)
        found = subprocess.run(words, check=True, capture_output=True, text=True)
        return Path(found.stdout.strip()).resolve()

    @cached_property
    def assembler(self) -> Path:
        """`assemble`, installed from the checkout as a user has it, with bytecode."""
        return self.installed(str(PROJECT)) / "bin" / "assemble"

    def installed(self, *requirements: str) -> Path:
        """An environment with these distributions, compiled; made when first asked for."""
        if requirements not in self._environments:
            place = self.place("tools") / str(len(self._environments))
            self._uv("venv", "-q", str(place))
            target = ("--python", str(place / "bin/python"), "--compile-bytecode")
            self._uv("pip", "install", "-q", *target, *requirements)
            self._environments[requirements] = place
        return self._environments[requirements]

    def _uv(self, *words: str) -> None:
        environment = self.environment("installing")
        subprocess.run([self.uv, *words], check=True, env=environment)


def copy(folder: Path, to: Path) -> None:
    """Copy a folder with hard links and times as they are."""
    to.mkdir(parents=True)
    _run("cp", "-a", "--reflink=auto", f"{folder}/.", str(to))


def mounted(folder: Path, kind: str) -> None:
    """Mount a new file system on a folder, for as long as this process has mounts of its own."""
    if kind == "tmpfs":
        _run("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "none", str(folder))
        return
    image = folder.with_suffix(".ext4")
    _run("truncate", "--size", SIZE, str(image))
    lazy = ("-E", "lazy_itable_init=1,lazy_journal_init=1,discard", "-N", "2000000")
    _run("mkfs.ext4", "-q", "-F", *lazy, str(image))
    _run("mount", "-o", "loop,noatime", str(image), str(folder))
    image.unlink()


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
