"""Locks real sets from PyPI with assembler, uv and pip, cold and in turn; builds and imports each.

`nox -s realsets` runs it; the table goes into `docs/explanation/performance.md`. Names of folders
beside this file limit it to these sets; then only the table is printed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import msgspec

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "explanation" / "performance.md"
BEGIN, END = "<!-- realsets: begin -->\n", "<!-- realsets: end -->\n"
HEADER = (
    "| set | pins | assembler | uv | assembler / uv | pip | built and imported |\n"
    "|---|---|---|---|---|---|---|\n"
)
PATIENCE = 900.0
PIP_PATIENCE = 300.0


class Ended(msgspec.Struct, frozen=True):
    """How a command ended, and after how many seconds."""

    ok: bool
    seconds: float
    output: str


class RealSet:
    """One set: what is required, and a folder in which it is locked."""

    def __init__(self, name: str, scratch: Path) -> None:
        self.folder = scratch / name
        shutil.copytree(HERE / name, self.folder)
        document = tomllib.loads((self.folder / "assembly.toml").read_text())
        self.requires: list[str] = document["parts"]["app"]["requires"]
        self.sdists: bool = document["lock"].get("sdists") == "any"
        (self.folder / "in.txt").write_text("\n".join(self.requires) + "\n")

    @property
    def title(self) -> str:
        """The set as the table names it."""
        names = f"`{' '.join(self.requires)}`"
        return f'{names}, with `sdists = "any"`' if self.sdists else names

    def assembler(self) -> Ended:
        """Lock with assembler, cold."""
        self._remove("cache", "pylock.toml", "pylock.build.toml")
        return self._assemble("lock")

    def uv(self) -> Ended:
        """Resolve with uv, cold."""
        self._remove("uv-cache", "uv.txt")
        platform = ("--python-version", "3.11", "--python-platform", "x86_64-unknown-linux-gnu")
        wheels = () if self.sdists else ("--only-binary", ":all:")
        command = ("uv", "pip", "compile", "-q", "--no-config", "--cache-dir", "uv-cache")
        return self._run(*command, *platform, *wheels, "in.txt", "-o", "uv.txt")

    def pip(self) -> Ended:
        """Resolve with pip, without a cache."""
        wheels = () if self.sdists else ("--only-binary", ":all:")
        command = (sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "-q")
        options = ("--no-cache-dir", "--disable-pip-version-check", "--report", "pip.json")
        return self._run(*command, *options, *wheels, "-r", "in.txt", patience=PIP_PATIENCE)

    def built(self) -> str:
        """Build the program and import what its launcher imports; what came of it, in a word."""
        names = ("build.toml",) if (self.folder / "build.toml").exists() else ()
        file = tuple(word for name in names for word in ("-f", name))
        steps = [("build",), ("run", "imports")]
        for step in [("lock",), *steps] if file else steps:
            ended = self._assemble(*file, *step)
            if not ended.ok:
                sys.stderr.write(ended.output)
                return f"`assemble {' '.join(step)}` fails"
        return "yes, with an override and a constraint" if file else "yes"

    def pins(self) -> int:
        """How many distributions are locked, those of several versions counted once."""
        lock = tomllib.loads((self.folder / "pylock.toml").read_text())
        return len({package["name"] for package in lock["packages"]})

    def _assemble(self, *arguments: str) -> Ended:
        return self._run(sys.executable, "-m", "assembler", *arguments)

    def _run(self, *command: str, patience: float = PATIENCE) -> Ended:
        environment = {**os.environ, "ASSEMBLER_CACHE": str(self.folder / "cache")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        began = monotonic()
        try:
            ended = subprocess.run(
                command,
                cwd=self.folder,
                env=environment,
                timeout=patience,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Ended(ok=False, seconds=patience, output="it took too long")
        return Ended(ended.returncode == 0, monotonic() - began, ended.stdout)

    def _remove(self, *names: str) -> None:
        for name in names:
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def row(name: str, scratch: Path, rounds: int, *, pip: bool) -> str:
    """Measure one set: assembler and uv in turn, then pip, then a build."""
    each = RealSet(name, scratch)
    ours: list[Ended] = []
    theirs: list[Ended] = []
    for _ in range(rounds):
        ours.append(each.assembler())
        theirs.append(each.uv())
    for ended in (*ours, *theirs):
        if not ended.ok:
            raise SystemExit(f"{name}: {ended.output}")
    pins = each.pins()
    mine, uvs = (min(ended.seconds for ended in some) for some in (ours, theirs))
    cells = (
        each.title,
        str(pins),
        f"{mine:.1f} s",
        f"{uvs:.1f} s",
        f"{mine / uvs:.1f}",
        _shown(each.pip()) if pip else "not run",
        each.built(),
    )
    return f"| {' | '.join(cells)} |\n"


def _shown(pip: Ended) -> str:
    if pip.ok:
        return f"{pip.seconds:.1f} s"
    return f"over {PIP_PATIENCE:.0f} s" if pip.seconds >= PIP_PATIENCE else "fails"


def write(table: str) -> None:
    """Put the table into the page."""
    text = PAGE.read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    PAGE.write_text(f"{before}{BEGIN}{table}{END}{after}")


def main(argv: Sequence[str]) -> None:
    """Measure the sets that are named, else all; the table of all goes into the page."""
    every = sorted(path.parent.name for path in HERE.glob("*/assembly.toml"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*every, []], metavar="SET")
    parser.add_argument("--rounds", type=int, default=3, help="cold locks of each tool")
    parser.add_argument("--no-pip", action="store_true", help="leave pip out")
    given = parser.parse_args(argv)
    table = HEADER
    with tempfile.TemporaryDirectory(prefix="realsets-") as scratch:
        for name in given.names or every:
            line = row(name, Path(scratch), given.rounds, pip=not given.no_pip)
            sys.stdout.write(line)
            sys.stdout.flush()
            table += line
    if not given.names:
        write(table)


if __name__ == "__main__":
    main(sys.argv[1:])
