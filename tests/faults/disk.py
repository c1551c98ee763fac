"""A disk as names that lead to files, and all that was done to it."""

import os
import shutil
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from tests.faults.trace import Change

TOP = 0


@dataclass(frozen=True, slots=True)
class Inode:
    """A file, a link (its target is its content), or a directory without its names."""

    kind: str
    content: bytes = b""
    mode: int = 0
    time: int = 0
    """When a file was last changed, in ns."""


@dataclass(frozen=True, slots=True)
class Named:
    """Names that were given or taken away at once, by a rename or a simpler call."""

    places: tuple[tuple[int, str, int | None], ...]
    """The directory, the name, and the inode that it leads to from then on."""


@dataclass(frozen=True, slots=True)
class Altered:
    """What an inode is from then on."""

    number: int
    inode: Inode


@dataclass(frozen=True, slots=True)
class Synced:
    """An inode was synced (a directory: its names), or all of them."""

    number: int | None


Step = Named | Altered | Synced


@dataclass
class Disk:
    """Inodes by number, and the names in each directory."""

    inodes: dict[int, Inode] = field(default_factory=dict)
    names: dict[int, dict[str, int]] = field(default_factory=dict)

    def copy(self) -> "Disk":
        """Another one that holds the same."""
        return Disk(dict(self.inodes), {each: dict(names) for each, names in self.names.items()})

    def apply(self, step: Step) -> None:
        """Do what was done."""
        match step:
            case Named(places):
                for directory, name, number in places:
                    names = self.names.setdefault(directory, {})
                    if number is None:
                        del names[name]
                    else:
                        names[name] = number
            case Altered(number, inode):
                self.inodes[number] = inode
            case Synced():
                pass

    def listing(self) -> Mapping[str, Inode]:
        """What stands at each path."""
        return dict(self._below(TOP, ""))

    def _below(self, directory: int, above: str) -> Iterable[tuple[str, Inode]]:
        for name, number in self.names.get(directory, {}).items():
            inode = self.inodes[number]
            yield f"{above}{name}", inode
            if inode.kind == "directory":
                yield from self._below(number, f"{above}{name}/")

    def write(self, folder: Path) -> None:
        """Let the folder hold this and nothing else."""
        for each in folder.iterdir():
            shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
        self._write(TOP, folder, {})

    def _write(self, directory: int, folder: Path, written: dict[int, Path]) -> None:
        for name, number in self.names.get(directory, {}).items():
            path, inode = folder / name, self.inodes[number]
            if number in written:
                path.hardlink_to(written[number])
                continue
            if inode.kind == "link":
                path.symlink_to(os.fsdecode(inode.content))
                continue
            if inode.kind == "directory":
                path.mkdir()
                self._write(number, path, written)
            else:
                path.write_bytes(inode.content)
                written[number] = path
                os.utime(path, ns=(inode.time, inode.time))
            path.chmod(inode.mode)


def read(folder: Path) -> Disk:
    """The disk that a folder is."""
    disk, known = Disk(), dict[int, int]()
    numbers = count(TOP + 1)

    def add(directory: int, place: Path) -> None:
        names = disk.names.setdefault(directory, {})
        with os.scandir(place) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                seen = known.get(entry.inode())
                number = next(numbers) if seen is None else seen
                names[entry.name] = number
                if seen is None:
                    known[entry.inode()] = number
                    disk.inodes[number] = _inode(Path(entry.path))
                    if entry.is_dir(follow_symlinks=False):
                        add(number, Path(entry.path))

    add(TOP, folder)
    return disk


def _inode(path: Path) -> Inode:
    status = path.lstat()
    mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISLNK(status.st_mode):
        return Inode("link", os.fsencode(path.readlink()))
    if stat.S_ISDIR(status.st_mode):
        return Inode("directory", mode=mode)
    return Inode("file", path.read_bytes(), mode, status.st_mtime_ns)


class History:
    """What a disk was, and each step until it became what it is."""

    def __init__(self, folder: Path) -> None:
        self.before = read(folder)
        self.after = self.before.copy()
        self.steps: list[Step] = []
        self._folder = folder
        self._numbers = count(max(self.before.inodes, default=TOP) + 1)

    def follow(self, change: Change) -> None:
        """Go on to what a recorded call left."""
        match change.kind:
            case "create" | "directory" | "symlink":
                self._make(change)
            case "remove":
                self._do(Named((self._place(change.path, None),)))
            case "link":
                self._do(Named((self._place(change.path, self._number(change.other)),)))
            case "rename":
                number = self._number(change.other)
                gone = self._place(change.other, None)
                self._do(Named((gone, self._place(change.path, number))))
            case "sync":
                self._do(Synced(self._number(change.path)))
            case "sync all":
                self._do(Synced(None))
            case _:
                self._alter(change)

    def _make(self, change: Change) -> None:
        number = next(self._numbers)
        made = {
            "create": Inode("file", mode=change.number, time=change.time),
            "directory": Inode("directory", mode=change.number),
            "symlink": Inode("link", os.fsencode(change.other)),
        }
        self._do(Altered(number, made[change.kind]))
        self._do(Named((self._place(change.path, number),)))

    def _alter(self, change: Change) -> None:
        number = self._number(change.path)
        was = self.after.inodes[number]
        alter: Mapping[str, Callable[[], Inode]] = {
            "write": lambda: replace(was, content=_written(was.content, change)),
            "size": lambda: replace(was, content=_resized(was.content, change.number)),
            "mode": lambda: replace(was, mode=change.number),
            "time": lambda: was,
        }
        time = change.time if was.kind == "file" else 0
        self._do(Altered(number, replace(alter[change.kind](), time=time)))

    def _do(self, step: Step) -> None:
        self.after.apply(step)
        self.steps.append(step)

    def _place(self, path: str, number: int | None) -> tuple[int, str, int | None]:
        directory, _, name = path.rpartition("/")
        return self._number(directory), name, number

    def _number(self, path: str) -> int:
        found = TOP
        for name in Path(path).relative_to(self._folder).parts:
            found = self.after.names[found][name]
        return found


def _written(content: bytes, change: Change) -> bytes:
    padded = content.ljust(change.number, b"\0")
    return padded[: change.number] + change.data + padded[change.number + len(change.data) :]


def _resized(content: bytes, size: int) -> bytes:
    return content[:size].ljust(size, b"\0")
