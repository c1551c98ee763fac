"""A file system and variables that write down what is looked at."""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

from assembler.adapters.disk.files import Disk
from assembler.ports import FileState

_KINDS = {"directory": stat.S_IFDIR, "link": stat.S_IFLNK, "file": stat.S_IFREG}

Seen = tuple[int, int, int]
"""Kind and mode, size, and mtime in ns."""


class WatchingDisk(Disk):
    """The `Files` port on a real disk that remembers what was read, as it was before.

    `seen` maps paths to what stood there (`None`: nothing); a path that ends in `/` is the folder
    that a link leads to. `settled` is false where one thing was seen in two states, or something
    is neither a file, a folder nor a link.
    """

    def __init__(self) -> None:
        self.seen: dict[str, Seen | None] = {}
        self.settled = True

    def state(self, path: PurePath) -> FileState | None:
        """What stands at the path, or `None`."""
        state = super().state(path)
        self._see(os.fspath(path), state)
        return state

    def read(self, path: PurePath) -> bytes:
        """The content of a file; a link is followed."""
        self._follow(path)
        return super().read(path)

    def sha256(self, path: PurePath) -> str:
        """The sha256 of a file's content."""
        self._follow(path)
        return super().sha256(path)

    def names(self, directory: PurePath) -> tuple[str, ...]:
        """The sorted names in a directory; empty if there is none."""
        self._listed(directory)
        return super().names(directory)

    def walk(self, directory: PurePath) -> Iterator[tuple[str, FileState]]:
        """Every path below the directory, a directory before what it holds."""
        self._listed(directory)
        for path, state in super().walk(directory):
            if state.kind != "link":
                self._see(f"{directory}/{path}", state)
            yield path, state

    def _look(self, path: Path) -> None:
        self._listed(path)

    def _listed(self, directory: PurePath) -> None:
        self._see_now(f"{directory}/")

    def _follow(self, path: PurePath) -> None:
        self._see_now(os.fspath(path))
        if Path(path).is_symlink():
            self._see_now(os.path.realpath(path))

    def _see_now(self, path: str) -> None:
        try:
            status = os.lstat(path)
        except OSError:
            self._note(path, None)
        else:
            self._note(path, (status.st_mode, status.st_size, status.st_mtime_ns))

    def _see(self, path: str, state: FileState | None) -> None:
        if state is None:
            self._note(path, None)
        elif state.kind == "other":
            self.settled = False
        else:
            self._note(path, (_KINDS[state.kind] | state.mode, state.size, state.mtime))

    def _note(self, path: str, seen: Seen | None) -> None:
        if self.seen.setdefault(path, seen) != seen:
            self.settled = False


class WatchedVariables(Mapping[str, str]):
    """Variables of the environment that remember which of them were asked for.

    `asked` has their values, `None` for those that are not set; `all_asked` is true where somebody
    went through all of them.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.asked: dict[str, str | None] = {}
        self.all_asked = False

    def __getitem__(self, name: str) -> str:
        """One of them. Raises `KeyError`."""
        self.asked[name] = self._variables.get(name)
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        """The names of all."""
        self.all_asked = True
        return iter(self._variables)

    def __len__(self) -> int:
        """How many there are."""
        self.all_asked = True
        return len(self._variables)
