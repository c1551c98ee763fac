"""The layouts of many environments that share wheels.

What a wheel gives to an environment is worked out once, and only as deep as another wheel has
something in the same directory. `environment.layout` says what the outcome must be, and words what
is refused.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import TypeAlias

from assembler.model.distribution import Link, StoredFile, WheelContents
from assembler.plan.environment import (
    check_reserved,
    environment_folders,
    layout,
    shared_directories,
)


class Layouts:
    """Makes the links of environments of one Python (`3.12`) as `environment.layout` does."""

    def __init__(self, python_minor: str) -> None:
        self._minor = python_minor
        self._shared = shared_directories(python_minor)
        self._known: dict[str, tuple[_Folder, ...]] = {}

    def layout(self, contents: Sequence[WheelContents]) -> tuple[Link, ...]:
        """The links of one environment, sorted. Raises `UnsatisfiableError`."""
        folders = [folder for wheel in contents for folder in self._folders(wheel)]
        try:
            links = sorted(_merged("", folders), key=attrgetter("path"))
        except _ClashError:
            return layout(contents, self._minor)
        check_reserved(links, self._minor)
        return tuple(links)

    def _folders(self, contents: WheelContents) -> tuple["_Folder", ...]:
        wheel = contents.wheel
        if wheel.key not in self._known:
            places = environment_folders(wheel, self._minor)
            launched = {f"scripts/{name}" for name in wheel.scripts}
            files: dict[str, list[StoredFile]] = {}
            for file in contents.files:
                if file.path not in launched:
                    files.setdefault(file.path.partition("/")[0], []).append(file)
            self._known[wheel.key] = tuple(
                self._folder(places[name], f"{name}/", contents, inside)
                for name, inside in files.items()
            )
        return self._known[wheel.key]

    def _folder(
        self, path: str, inner: str, contents: WheelContents, files: list[StoredFile]
    ) -> "_Folder":
        return _Folder(path, inner, contents, files, self._shared)


class _ClashError(Exception):
    """Two wheels bring one path, and not the same."""


class _File:
    """A file of one wheel, and its link."""

    __slots__ = ("file", "links")

    def __init__(self, link: Link, file: StoredFile) -> None:
        self.links = (link,)
        self.file = file


class _Folder:
    """What one folder of one wheel puts into a directory of an environment.

    `path` is the directory's and `inner` the folder's in the wheel, both with a slash at the end.
    """

    def __init__(
        self,
        path: str,
        inner: str,
        contents: WheelContents,
        files: list[StoredFile],
        shared: frozenset[str],
    ) -> None:
        self.path = path
        self._inner = inner
        self._contents = contents
        self._files = files
        self._shared = shared
        self._entries: dict[str, _Entry] | None = None
        self._links: tuple[Link, ...] | None = None

    @property
    def links(self) -> tuple[Link, ...]:
        """Its links where nothing else is in that directory."""
        if self._links is None:
            if self._is_one_link():
                self._links = (Link(self.path[:-1], f"{self._key}/{self._inner[:-1]}"),)
            else:
                self._links = tuple(link for each in self.entries.values() for link in each.links)
        return self._links

    @property
    def entries(self) -> dict[str, "_Entry"]:
        """What it puts into the directory itself, by name."""
        if self._entries is None:
            self._entries = dict(self._found())
        return self._entries

    @property
    def _key(self) -> str:
        return self._contents.wheel.key

    def _is_one_link(self) -> bool:
        path = self.path[:-1]
        return "/" in path and path not in self._shared and not self._contents.reaching_out

    def _found(self) -> Iterator[tuple[str, "_Entry"]]:
        start = len(self._inner)
        inside: dict[str, list[StoredFile]] = {}
        for file in self._files:
            name, slash, _ = file.path[start:].partition("/")
            if slash:
                inside.setdefault(name, []).append(file)
            else:
                yield name, _File(Link(self.path + name, f"{self._key}/{file.path}"), file)
        for name, files in inside.items():
            yield (
                name,
                _Folder(
                    f"{self.path}{name}/",
                    f"{self._inner}{name}/",
                    self._contents,
                    files,
                    self._shared,
                ),
            )


_Entry: TypeAlias = _File | _Folder


def _merged(directory: str, folders: Iterable[_Folder]) -> Iterator[Link]:
    """The links below a directory (its path with a slash at the end, or empty)."""
    names: dict[str, list[_Entry]] = {}
    for folder in folders:
        if folder.path == directory:
            for name, entry in folder.entries.items():
                names.setdefault(name, []).append(entry)
        else:
            name = folder.path[len(directory) :].partition("/")[0]
            names.setdefault(name, []).append(folder)
    for name, entries in names.items():
        if len(entries) == 1:
            yield from entries[0].links
        else:
            yield from _joined(f"{directory}{name}", entries)


def _joined(path: str, entries: Sequence[_Entry]) -> Iterator[Link]:
    """The links of what several bring under one path."""
    folders = [entry for entry in entries if isinstance(entry, _Folder)]
    files = [entry for entry in entries if isinstance(entry, _File)]
    if not files:
        yield from _merged(f"{path}/", folders)
    elif folders or (len({each.file.sha256 for each in files}) > 1 and "/__pycache__/" not in path):
        raise _ClashError
    else:
        yield from files[0].links
