"""Patches as `diff -u` and git write them."""

import re
from collections.abc import Iterator, Mapping

from assembler.model.patch import FilePatch, Hunk, PatchError, split_lines
from assembler.model.paths import UnsafePathError, safe_relpath

_HUNK = rb"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@"
_NOTHING = b"/dev/null"
_EXECUTABLE = 0o100
_SAID = (
    rb"(old mode|new mode|new file mode|deleted file mode|rename from|rename to"
    rb"|index|similarity index|dissimilarity index) (.*)"
)


def parse_patch(content: bytes) -> tuple[FilePatch, ...]:
    """Read a patch; the first name of each path (`a/`, `b/`) is dropped. Raises `PatchError`."""
    found = tuple(_Reader(content).files())
    if not found:
        raise PatchError("it changes no file")
    return found


class _Reader:
    """Reads the lines of one patch; `_at` is the place of the next."""

    def __init__(self, content: bytes) -> None:
        self._lines = split_lines(content)
        self._at = 0

    def files(self) -> Iterator[FilePatch]:
        """Each file that the patch changes."""
        while self._at < len(self._lines):
            if self._line().startswith(b"diff --git "):
                yield from self._git()
            elif self._begins_file():
                yield self._file(None)
            else:
                self._at += 1

    def _line(self, further: int = 0) -> bytes:
        """A line that was not read yet, empty after the last."""
        place = self._at + further
        return self._lines[place] if place < len(self._lines) else b""

    def _begins_file(self) -> bool:
        return self._line().startswith(b"--- ") and self._line(1).startswith(b"+++ ")

    def _git(self) -> Iterator[FilePatch]:
        """A file as git writes it, with lines that say more than contents."""
        names = self._line().removeprefix(b"diff --git ").rstrip(b"\n")
        said: dict[bytes, bytes] = {}
        self._at += 1
        while found := re.match(_SAID, self._line()):
            said[found[1]] = found[2]
            self._at += 1
        if self._line().startswith((b"GIT binary patch", b"Binary files ")):
            raise PatchError(f"line {self._at + 1} changes a binary file")
        mode = said.get(b"new mode", said.get(b"new file mode"))
        executable = None if mode is None else bool(int(mode, 8) & _EXECUTABLE)
        if self._begins_file():
            yield self._file(executable)
        elif said:
            yield _without_hunks(names, said, executable)

    def _file(self, executable: bool | None) -> FilePatch:  # noqa: FBT001 - as git says it
        """A file with hunks."""
        old, new = (self._line(place)[4:].partition(b"\t")[0].rstrip() for place in (0, 1))
        begin = self._at + 1
        self._at += 2
        hunks: list[Hunk] = []
        while head := re.match(_HUNK, self._line()):
            hunks.append(self._hunk(head))
        if not hunks:
            raise PatchError(f"line {begin} begins a file without hunks")
        return FilePatch(
            before=None if old == _NOTHING else _path(_stripped(old)),
            after=None if new == _NOTHING else _path(_stripped(new)),
            hunks=tuple(hunks),
            executable=executable,
        )

    def _hunk(self, head: re.Match[bytes]) -> Hunk:
        begin = self._at + 1
        left, right = (1 if head[group] is None else int(head[group]) for group in (2, 3))
        before: list[bytes] = []
        after: list[bytes] = []
        self._at += 1
        while len(before) < left or len(after) < right or self._line().startswith(b"\\"):
            if self._line()[:1] not in _KINDS:
                raise PatchError(f"the hunk at line {begin} ends too early")
            _take(self._line(), self._line(-1), before, after)
            self._at += 1
        return Hunk(int(head[1]), tuple(before), tuple(after), begin)


_KINDS = (b" ", b"\n", b"-", b"+", b"\\")


def _take(line: bytes, above: bytes, before: list[bytes], after: list[bytes]) -> None:
    """Take one line of a hunk; a backslash says that the one above it has no end."""
    kind = line[:1]
    text = line[1:] or b"\n"
    if kind == b"\\":
        for lines, kinds in ((before, b" -"), (after, b" +")):
            if lines and above[:1] in kinds:
                lines[-1] = lines[-1].removesuffix(b"\n")
    if kind in (b" ", b"\n", b"-"):
        before.append(text)
    if kind in (b" ", b"\n", b"+"):
        after.append(text)


def _without_hunks(
    names: bytes,
    said: Mapping[bytes, bytes],
    executable: bool | None,  # noqa: FBT001
) -> FilePatch:
    """A file of which no line changes: it is renamed, empty, or has another mode."""
    old, new = said.get(b"rename from"), said.get(b"rename to")
    if old is None or new is None:
        half = len(names) // 2
        old, new = (_stripped(each) for each in (names[:half], names[half + 1 :]))
    return FilePatch(
        before=None if b"new file mode" in said else _path(old),
        after=None if b"deleted file mode" in said else _path(new),
        executable=executable,
    )


def _stripped(path: bytes) -> bytes:
    """The path without its first name, as git and quilt write it."""
    return path.partition(b"/")[2]


def _path(path: bytes) -> str:
    try:
        return safe_relpath(path.decode())
    except (UnsafePathError, UnicodeDecodeError) as error:
        shown = path.decode(errors="replace")
        raise PatchError(f"it changes `{shown}`, which is no path that is patched") from error
