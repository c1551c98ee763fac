"""What a patch does to files, and its application to lines."""

from collections.abc import Sequence

import msgspec


class PatchError(ValueError):
    """What is wrong with a patch, or why it does not apply; `details` are the lines in question."""

    def __init__(self, message: str, details: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.details = tuple(details)


class Hunk(msgspec.Struct, frozen=True):
    """Lines of a file, before and after; `start` counts from 1, `line` is that of the patch."""

    start: int
    before: tuple[bytes, ...]
    after: tuple[bytes, ...]
    line: int


class FilePatch(msgspec.Struct, frozen=True, kw_only=True):
    """What a patch does to one file: from a path (`None`: it is new) to one (`None`: it goes).

    `executable` is what it becomes, `None` where it stays as it is.
    """

    before: str | None
    after: str | None
    hunks: tuple[Hunk, ...] = ()
    executable: bool | None = None


def patched(patch: FilePatch, content: bytes) -> bytes:
    """The content of a file with the patch. Raises `PatchError` that names the hunk."""
    lines = split_lines(content)
    done: list[bytes] = []
    position = 0
    for number, hunk in enumerate(patch.hunks, start=1):
        found = _found(hunk, lines, position)
        if found is None:
            name = patch.before or patch.after
            raise PatchError(
                f"hunk {number} of `{name}` (line {hunk.line}) does not fit",
                [line.decode(errors="replace").rstrip("\n") for line in hunk.before],
            )
        done += [*lines[position:found], *hunk.after]
        position = found + len(hunk.before)
    return b"".join([*done, *lines[position:]])


def _found(hunk: Hunk, lines: Sequence[bytes], first: int) -> int | None:
    """Where the lines before stand, as near as possible to where the hunk says."""
    count = len(hunk.before)
    last = len(lines) - count
    wanted = max(first, min(last, hunk.start - 1 if count else hunk.start))
    for distance in range(max(wanted - first, last - wanted) + 1):
        for place in dict.fromkeys((wanted - distance, wanted + distance)):
            if first <= place <= last and tuple(lines[place : place + count]) == hunk.before:
                return place
    return None


def split_lines(content: bytes) -> list[bytes]:
    """The lines of a content, each with its end where it has one."""
    lines = content.split(b"\n")
    ended = [line + b"\n" for line in lines[:-1]]
    return ended + ([lines[-1]] if lines[-1] else [])
