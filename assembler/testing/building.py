"""Assemblies that are really locked and built, in a folder of the test."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import msgspec

from assembler.app.build import build
from assembler.app.lock import lock
from assembler.app.options import BuildOptions
from assembler.cli.arguments import parse
from assembler.cli.console import Console
from assembler.cli.wiring import Wiring
from assembler.recipe import Recipe
from assembler.testing.asking import Given

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
_PATIENCE = 120.0


class BuiltAssembly(msgspec.Struct, frozen=True, kw_only=True):
    """What was built: `project` and `prefix` are real folders; `made` and `removed` name parts."""

    project: Path
    prefix: Path
    generation: int
    made: tuple[str, ...]
    removed: tuple[str, ...]

    def read(self, path: str) -> str:
        """The text of a file of the prefix."""
        return (self.prefix / path).read_text(encoding="utf-8")

    def run(self, launcher: str, *arguments: str) -> str:
        """What a launcher of the prefix prints. Raises `subprocess.CalledProcessError`."""
        return subprocess.run(
            [str(self.prefix / "bin" / launcher), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=True,
        ).stdout


class _Wired(Wiring):
    """The services of a command, with the recipes of the test and a cache of its own."""

    def __init__(self, argv: Sequence[str], given: Given, cache: Path) -> None:
        console = Console(output=io.StringIO(), messages=io.StringIO())
        super().__init__(parse(argv), console, argv)
        self._given = given
        folders = (str(Path(sys.executable).parent), os.environ.get("PATH", "/usr/bin:/bin"))
        own = {
            "PATH": os.pathsep.join(folders),
            "HOME": str(cache),
            "ASSEMBLER_CACHE": str(cache),
            "ASSEMBLER_CONFIG": "",
        }
        self.environment: Mapping[str, str] = {**own, **given.environment}

    @cached_property
    def recipes(self) -> Mapping[str, Recipe]:
        """The recipes of the test."""
        return self._given.recipes


def built(text: str, given: Given, folder: Path) -> BuiltAssembly:
    """Lock and build an assembly file. Raises what that raises.

    `folder` holds the project, its index and the cache; what is there already is built upon.
    """
    project = folder / "project"
    _write(project, {**given.files, "assembly.toml": text.encode()})
    for path in given.executables:
        (project / path).chmod(0o755)
    _write(folder / "index", {each.filename: each.wheel() for each in given.distributions})
    wiring = _Wired(["-C", str(project), "build"], given, folder / "cache")
    try:
        lock(wiring.checkout, wiring)
        wiring.begin()
        outcome = build(wiring.checkout, wiring, BuildOptions())
    finally:
        wiring.close()
    return BuiltAssembly(
        project=project,
        prefix=Path(outcome.prefix),
        generation=outcome.generation,
        made=tuple(part.name for part in outcome.plan.due),
        removed=outcome.plan.removed,
    )


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
