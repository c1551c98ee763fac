"""A project, an index and a cache in a scratch folder, and the `assemble` command run in it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers import IndexServer
from tests.wheels import make_wheel

PATIENCE = 120.0
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    output: str
    messages: str

    @property
    def document(self) -> Any:
        """The JSON document on standard output."""
        return json.loads(self.output)


class World:
    """A scratch folder with a project, a cache, and an index on this machine."""

    def __init__(self, folder: Path, index: IndexServer) -> None:
        self.folder = folder
        self.index = index
        self.project = folder / "project"
        self.cache = folder / "cache"
        self.project.mkdir()

    @property
    def prefix(self) -> Path:
        """Where the project is built."""
        return self.project / "build"

    def release(self, name: str, version: str, **contents: Any) -> None:
        """Put a wheel on the index; see `make_wheel`."""
        filename, content = make_wheel(name, version, **contents)
        self.index.files[filename] = content

    def write(self, path: str, text: str) -> Path:
        """Write a file of the project."""
        file = self.project / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def assembly(self, parts: str, *, before: str = "", python: str = PYTHON) -> Path:
        """Write `assembly.toml` with these parts, on the index of this world."""
        return self.write(
            "assembly.toml",
            f"""[assembly]
name = "demo"
python = "{python}"

[index.local]
url = "{self.index.url}"
default = true

{before}
{parts}
""",
        )

    def edit(self, before: str, after: str, path: str = "assembly.toml") -> None:
        """Replace text that stands once in a file of the project."""
        file = self.project / path
        text = file.read_text()
        assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times"
        file.write_text(text.replace(before, after))

    def assemble(
        self,
        *arguments: str,
        cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
        umask: int = -1,
    ) -> Ended:
        """Run the command to its end."""
        ended = subprocess.run(
            [sys.executable, "-m", "assembler", *arguments],
            cwd=cwd or self.project,
            env={**self.environment, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            umask=umask,
        )
        assert "Traceback" not in ended.stderr, ended.stderr
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def done(self, *arguments: str, **how: Any) -> Ended:
        """Run the command, which must succeed."""
        ended = self.assemble(*arguments, **how)
        assert ended.code == 0, ended.messages
        return ended

    def build(self) -> Ended:
        """Lock and build, which must succeed."""
        self.done("lock")
        return self.done("build")

    def launch(self, name: str, *arguments: str, **how: Any) -> str:
        """What a launcher in the prefix prints; it must succeed."""
        ended = subprocess.run(
            [str(how.pop("prefix", self.prefix) / "bin" / name), *arguments],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            **how,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip()

    @property
    def environment(self) -> dict[str, str]:
        """The environment of commands: this Python first on the PATH, and a cache of its own.

        One part is made at a time, so that the order is known, unless a test says `--jobs`.
        """
        kept = {name: os.environ[name] for name in ("LANG", "TZ") if name in os.environ}
        return kept | {
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
            "HOME": str(self.folder / "home"),
            "ASSEMBLER_CACHE": str(self.cache),
            "ASSEMBLER_JOBS": "1",
        }

    @property
    def parts(self) -> dict[str, str]:
        """The parts of the current build, in building order, each with its key."""
        return {part["name"]: part["key"] for part in self.status["parts"]}

    @property
    def status(self) -> Any:
        """What `assemble status --json` says."""
        return self.done("status", "--json").document

    def plan(self, *parts: str) -> Any:
        """What `assemble plan --json` says."""
        return self.done("plan", "--json", *parts).document

    def made(self, part: str) -> dict[str, tuple[int, str]]:
        """The directory of a part of the current build, as `tree` shows it, with its own name."""
        directory = (self.prefix / ".assembly/current/parts" / part).resolve()
        state = (directory.stat().st_mtime_ns, directory.name)
        return {".": state} | self.tree(directory)

    def tree(self, folder: Path | None = None) -> dict[str, tuple[int, str]]:
        """Every path in the folder (the prefix) with its mtime (ns) and a link's target."""
        top = folder or self.prefix
        found = {}
        for inside, folders, files in os.walk(top):
            for name in (*folders, *files):
                path = Path(inside, name)
                target = os.readlink(path) if path.is_symlink() else ""
                found[str(path.relative_to(top))] = (path.lstat().st_mtime_ns, target)
        return found
