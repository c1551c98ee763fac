"""Commands in copies of one process that has everything loaded, so that each takes little time.

`python -m tests.faults.copies` is that process: it has one thread, and reads what to run as lines
of JSON. Each command is ended with its children when its time is up. Python tells a copy whatever
it opens, makes, renames, links or removes; what is outside of the given folders is noted.
"""

import importlib
import json
import os
import pkgutil
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, Self

from assembler.cli.main import script

LONGEST = 20.0
"""How long a command may take, in seconds."""

TOO_LONG = 255
"""The exit code that stands for a command that did not end in time."""

MODULE = "tests.faults.copies"
CHANGES = {
    **dict.fromkeys(("os.mkdir", "os.remove", "os.rmdir", "os.chmod", "os.chown"), (0,)),
    **dict.fromkeys(("os.truncate", "os.utime", "shutil.rmtree"), (0,)),
    **dict.fromkeys(("os.rename", "os.link"), (0, 1)),
    "os.symlink": (1,),
}
"""What Python tells of changes, and which of the arguments are paths that change."""


@dataclass(frozen=True)
class Ran:
    """How a command ended: its exit code, what it said, and what it touched that it may not."""

    code: int
    said: str
    outside: tuple[str, ...]


class Copies:
    """The process of which each command is a copy; ended with the block."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def run(
        self,
        argv: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        own: Sequence[Path],
    ) -> Ran:
        """Run `assemble` in a folder; it may change what is in its own folders."""
        said = folder.parent / "said"
        asked = {
            "argv": list(argv),
            "folder": str(folder),
            "environment": dict(environment),
            "own": list(map(str, own)),
            "said": str(said),
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        outside = Path(f"{said}.outside").read_text(errors="surrogateescape")
        told = said.read_bytes().decode("utf-8", "backslashreplace")
        return Ran(code, told, tuple(outside.split("\n")[:-1]))


def serve() -> None:
    """Run what is asked for, until nobody asks any more."""
    load()
    for line in sys.stdin.buffer:
        pid = os.fork()
        if pid == 0:
            be_command(json.loads(line))
        sys.stdout.write(f"{ended(pid)}\n")
        sys.stdout.flush()


def load() -> None:
    """Import all of assembler."""
    for name in ("assembler", "assembler_recipes"):
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not module.name.startswith(("assembler.testing", "assembler.__main__")):
                importlib.import_module(module.name)


def ended(pid: int) -> int:
    """Wait for a command, and end it when its time is up; its exit code."""
    process = os.pidfd_open(pid)
    in_time, _, _ = select.select([process], [], [], LONGEST)
    os.close(process)
    if not in_time:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status) if in_time else TOO_LONG


def be_command(asked: dict[str, Any]) -> NoReturn:
    """Become the command."""
    said = os.open(asked["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, place in ((0, nothing), (1, said), (2, said)):
        os.dup2(place, number)
    os.closerange(3, 100)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["assemble", *asked["argv"]]
    watch(asked["own"], f"{asked['said']}.outside")
    code = 1
    try:
        script()
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    finally:
        sys.stdout.flush()
        os._exit(code)


def watch(own: Sequence[str], log: str) -> None:
    """Note each change outside of a command's own folders in a file."""
    noted = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    allowed = (*own, os.devnull)

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        for path in changed(event, arguments):
            if outside(path, allowed):
                os.write(noted, f"{event} {path!r}\n".encode("utf-8", "surrogateescape"))

    sys.addaudithook(note)


def changed(event: str, arguments: tuple[Any, ...]) -> list[str]:
    """The paths that an event of Python's is about to change."""
    places: tuple[int, ...] = CHANGES.get(event, ())
    if event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC):
        places = (0,)
    paths = [arguments[place] for place in places]
    return [os.fsdecode(path) for path in paths if isinstance(path, str | bytes | os.PathLike)]


def outside(path: str, allowed: Sequence[str]) -> bool:
    """Whether a path leads outside; a relative one is a name in a folder that is open."""
    if not path.startswith("/"):
        return ".." in path.split("/")
    plain = Path(os.path.realpath(Path(path).parent), Path(path).name)
    return not any(plain.is_relative_to(own) for own in allowed)


if __name__ == "__main__":
    serve()
