"""The text of an assembly file while it is edited: checked as a whole before it is written."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from pathlib import PurePath

from assembler.app.checkout import Checkout
from assembler.app.declaring import declare
from assembler.app.loading import check_project
from assembler.app.services import Services
from assembler.app.sizes import check_configuration
from assembler.config.array_text import Edit, applied
from assembler.config.document import decode, parse
from assembler.config.keys import Path
from assembler.config.plain import plain
from assembler.config.schema import Checked
from assembler.config.source import Source
from assembler.errors import ConfigurationError
from assembler.model.limits import Limits
from assembler.model.text import Value
from assembler.ports import Artifacts, FileState


class AssemblyText:
    """An assembly file: `content` as it is on disk, `text` with lines that end with a line feed."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.content = content
        self._written = decode(content, name)
        self._values = plain(parse(self._written, name).root)
        self.text = self._written.replace("\r\n", "\n")

    @property
    def source(self) -> Source:
        """The text, to tell places in it."""
        return Source(self.name, self.text)

    def value(self, *path: str | int) -> Value:
        """What this file alone says at a path of keys, with references as written."""
        found = self._values
        for key in path:
            found = found.get(str(key)) if isinstance(found, Mapping) else None
        return found

    def after(self, edits: Sequence[Edit], path: Path, wanted: Value) -> AssemblyText:
        """The file with edits carried out, which make the value at the path what is wanted.

        Raises `ConfigurationError` if they would do anything else.
        """
        try:
            edited = AssemblyText(self.name, applied(self._written, self._moved(edits)).encode())
        except ConfigurationError:
            edited = self
        if edited.value(*path) != wanted or edited.without(path) != self.without(path):
            raise ConfigurationError(
                "the file can't be edited here without a change of something else",
                origin=self.source.value(path),
                hints=("edit it by hand",),
            )
        return edited

    def without(self, path: Path) -> Value:
        """All that the file says but the value at the path."""
        return _without(self._values, path)

    def _moved(self, edits: Iterable[Edit]) -> list[Edit]:
        """Edits of `text` as those of what is written, where a line may end with two characters."""
        lines = self._written.split("\n")
        ends = [len(line) + 1 for line in self.text.split("\n")]
        starts = [0, *accumulate(ends)]
        crlf = [line.endswith("\r") for line in lines[:-1]]
        before = [0, *accumulate(map(int, crlf))]
        newline = "\r\n" if before[-1] * 2 > len(crlf) else "\n"

        def moved(offset: int) -> int:
            return offset + before[bisect_right(starts, offset) - 1]

        return [
            Edit(moved(edit.start), moved(edit.end), edit.text.replace("\n", newline))
            for edit in edits
        ]


def _without(value: Value, path: Path) -> Value:
    """The tables without the value at the path, and without tables that are empty then."""
    if not isinstance(value, Mapping) or not path:
        return value
    key, *rest = path
    inner = _without(value.get(str(key)), tuple(rest)) if rest else None
    kept = {name: each for name, each in value.items() if name != key}
    return kept if inner is None or inner == {} else {**kept, str(key): inner}


def read(path: PurePath, name: str, services: Services) -> tuple[AssemblyText, PurePath, int]:
    """The file at a path, the path with links followed, and the file's mode.

    Raises `ConfigurationError` for one that is not valid TOML.
    """
    state = services.files.state(path)
    while state is not None and state.kind == "link":
        path = path.parent / state.target
        state = services.files.state(path)
    check_configuration(path, name, services.files, services.limits)
    mode = state.mode if state else 0o644
    return AssemblyText(name, services.files.read(path)), path, mode


def check(
    checkout: Checkout, services: Services, content: bytes, path: PurePath | None = None
) -> Checked:
    """What the assembly is if its file, or the one at the path, has this content.

    Raises whatever is wrong with it.
    """
    doors = _Doors(services, path or checkout.path, content)
    checked = check_project(checkout, services, doors=doors)
    declare(checked.project, services.recipes)
    return checked


class _Doors:
    """The machine as it would be with one file changed."""

    def __init__(self, services: Services, path: PurePath, content: bytes) -> None:
        self.files = _Preview(services, path, content)
        self._services = services

    @property
    def artifacts(self) -> Artifacts:
        """Verified downloads."""
        return self._services.artifacts

    @property
    def limits(self) -> Limits:
        """The bounds on what is read."""
        return self._services.limits


class _Preview:
    """Files to read, one of them with other content than it has."""

    def __init__(self, services: Services, path: PurePath, content: bytes) -> None:
        self._files = services.files
        self._path = path
        self._content = content

    def state(self, path: PurePath) -> FileState | None:
        """What stands at the path, or `None`; the one file is there in any case."""
        found = self._files.state(path)
        if found is None and path == self._path:
            return FileState("file", len(self._content), 0o644, 0)
        return found

    def read(self, path: PurePath) -> bytes:
        """The content of a file."""
        return self._content if path == self._path else self._files.read(path)
