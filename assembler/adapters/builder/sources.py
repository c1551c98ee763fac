"""Which files of a folder are a distribution's source, their digest, and copies of them."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from assembler.ports import CommandLine, Processes

BUILD_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
_UNSEEN = frozenset(
    {
        *(".git", ".hg", ".svn", ".bzr", "__pycache__", ".venv", ".tox", ".nox", ".eggs"),
        *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".DS_Store"),
    }
)
_MARKS = (".assembly", "pyvenv.cfg", "CACHEDIR.TAG")
_OUTPUT = ("build", "dist")
_LIST = (
    'exec git -c core.fsmonitor=false -c safe.directory="*" ls-files -coz --exclude-standard > "$1"'
)
_GIT_TIME = 120.0
_EPOCH = 315_619_200


def source_files(
    folder: Path, processes: Processes, environment: Mapping[str, str], scratch: Path
) -> tuple[str, ...]:
    """List the files of a source tree, relative and sorted: what version control does not ignore.

    Without version control: everything but what tools leave behind.
    """
    listed = _listed_by_git(folder, processes, environment, scratch)
    if any(name in listed for name in BUILD_FILES):
        return tuple(sorted({file for name in listed for file in _files_at(folder, name)}))
    return tuple(sorted(_walk(folder, "")))


def digest(folder: Path, files: Iterable[str]) -> str:
    """Hash the paths, modes and contents of files."""
    total = hashlib.sha256()
    for name in files:
        path = folder / name
        if path.is_symlink():
            kind, content = "link", str(path.readlink()).encode()
        else:
            kind = "x" if path.stat().st_mode & 0o111 else "-"
            content = path.read_bytes()
        total.update(f"{name}\0{kind}\0{hashlib.sha256(content).hexdigest()}\0".encode())
    return total.hexdigest()


def copy(folder: Path, files: Iterable[str], to: Path) -> None:
    """Copy files, with one and the same time for all."""
    for name in files:
        place = to / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / name, place, follow_symlinks=False)
        os.utime(place, (_EPOCH, _EPOCH), follow_symlinks=False)


def _listed_by_git(
    folder: Path, processes: Processes, environment: Mapping[str, str], scratch: Path
) -> frozenset[str]:
    if not any((above / ".git").exists() for above in (folder, *folder.parents)):
        return frozenset()
    listing = scratch / "files"
    command = CommandLine(
        argv=("sh", "-c", _LIST, "sh", str(listing)),
        environment=environment,
        directory=str(folder),
        timeout=_GIT_TIME,
    )
    if processes.run(command).status != 0:
        return frozenset()
    return frozenset(os.fsdecode(name) for name in listing.read_bytes().split(b"\0") if name)


def _files_at(folder: Path, name: str) -> Iterator[str]:
    path = folder / name
    if path.is_symlink() or path.is_file():
        yield name
    elif path.is_dir():
        yield from _walk(path, f"{name.rstrip('/')}/")


def _walk(folder: Path, prefix: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.name in _UNSEEN or entry.name.endswith(".egg-info"):
            continue
        if not entry.is_dir(follow_symlinks=False):
            if entry.is_file() or entry.is_symlink():
                yield prefix + entry.name
        elif not _left_behind(Path(entry.path), top=not prefix):
            yield from _walk(Path(entry.path), f"{prefix}{entry.name}/")


def _left_behind(folder: Path, *, top: bool) -> bool:
    if any((folder / mark).exists() for mark in _MARKS):
        return True
    return top and folder.name in _OUTPUT and not (folder / "__init__.py").exists()
