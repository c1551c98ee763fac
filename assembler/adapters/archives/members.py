"""What an archive holds, and the laws for the whole list of it."""

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Protocol

import msgspec

from assembler.errors import IntegrityError
from assembler.model.limits import Limits


class RefusedError(ValueError):
    """An archive that is not read: the reason, without the archive's name, and what may help."""

    def __init__(self, reason: str, *hints: str) -> None:
        super().__init__(reason)
        self.hints = hints


def refusal(archive: PurePath, error: Exception) -> IntegrityError:
    """The error for a refused archive, naming it."""
    hints = error.hints if isinstance(error, RefusedError) else ()
    return IntegrityError(f"archive `{archive.name}` is refused: {error}", hints=hints)


class TreeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One path in an archive: its size in bytes, and what it is.

    `target` is that of a symbolic link.
    """

    path: str
    size: int
    directory: bool = False
    executable: bool = False
    target: str | None = None


class Archive(Protocol):
    """An archive whose list of members was accepted as a whole."""

    @property
    def entries(self) -> tuple[TreeEntry, ...]:
        """All members."""
        ...

    def content(self, entry: TreeEntry) -> Iterator[bytes]:
        """The content of a file. Raises `RefusedError` where it is damaged."""
        ...


def check_amounts(entries: Iterable[TreeEntry], packed: int, limits: Limits) -> None:
    """Refuse bombs: too many members, too many bytes, too many for the archive's size, and paths.

    A path may be too long.
    """
    count = unpacked = 0
    for entry in entries:
        count += 1
        unpacked += entry.size
        if len(entry.path) * 4 > limits.path_length:
            _check_length(entry.path, limits)
    check_count(count, limits)
    if unpacked > limits.archive_size:
        reason = f"it unpacks to {unpacked} bytes, more than {limits.archive_size}"
        raise RefusedError(reason, limits.way_out("archive_size"))
    if unpacked > limits.archive_ratio_from and unpacked > limits.archive_ratio * packed:
        reason = f"it unpacks to more than {limits.archive_ratio} times its size"
        raise RefusedError(reason, limits.way_out("archive_ratio"))


def check_count(members: int, limits: Limits) -> None:
    """Refuse an archive of too many members."""
    if members > limits.archive_members:
        reason = f"it has more than {limits.archive_members} members"
        raise RefusedError(reason, limits.way_out("archive_members"))


def _check_length(path: str, limits: Limits) -> None:
    if len(path.encode()) > limits.path_length:
        reason = f"`{path[:120]}` is longer than {limits.path_length} bytes"
        raise RefusedError(reason, limits.way_out("path_length"))


def check_paths(entries: Iterable[TreeEntry]) -> None:
    """Refuse paths given twice, and files used as directories."""
    files: set[str] = set()
    directories: set[str] = set()
    for entry in entries:
        if not entry.directory and entry.path in files:
            raise RefusedError(f"`{entry.path}` is there twice")
        (directories if entry.directory else files).add(entry.path)
        parent = entry.path.rpartition("/")[0]
        while parent and parent not in directories:
            directories.add(parent)
            parent = parent.rpartition("/")[0]
    if clash := files & directories:
        raise RefusedError(f"`{min(clash)}` is a file and a directory")


def check_links(entries: Sequence[TreeEntry]) -> None:
    """Refuse symbolic links that lead outside, and whatever is put or led through a link."""
    links = {entry.path for entry in entries if entry.target is not None}
    for entry in entries if links else ():
        if _through(posixpath.dirname(entry.path), links):
            raise RefusedError(f"`{entry.path}` is put through a symbolic link")
        if entry.target is not None:
            _check_target(entry.path, entry.target, links)


def _check_target(path: str, target: str, links: set[str]) -> None:
    landing = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    if not target or "\0" in target or landing.split("/")[0] in {"", ".."}:
        raise RefusedError(f"`{path}` is a symbolic link that leads outside")
    if ".." in target.split("/") and _through(landing, links):
        raise RefusedError(f"`{path}` is a symbolic link that leads through another one")


def _through(path: str, links: set[str]) -> bool:
    while path:
        if path in links:
            return True
        path = posixpath.dirname(path)
    return False
