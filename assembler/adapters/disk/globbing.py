"""Files that match a pattern."""

import fnmatch
from collections.abc import Callable, Iterator
from pathlib import Path

_MAGIC = frozenset("*?[")
_UNSEEN = frozenset({".git", ".hg", ".svn", "__pycache__", "node_modules"})

Look = Callable[[Path], object]
"""Told of each directory before it is listed, and of what is asked for by its plain name."""


def matches(folder: Path, pattern: str, look: Look) -> Iterator[str]:
    """The files below a folder that match, relative to it; a file may come twice.

    A link to a file is a file; wildcards match neither version control's directories, bytecode
    caches, `node_modules` nor a prefix, and `**` enters no link.
    """
    return _matches(folder, "", pattern.split("/"), look)


def _matches(directory: Path, relative: str, pattern: list[str], look: Look) -> Iterator[str]:
    """The files below `directory` that match the pattern's components."""
    first, rest = pattern[0], pattern[1:]
    if first == "**":
        yield from _matches_at_any_depth(directory, relative, rest or ["*"], look)
        return
    for name in _matching_names(directory, first, look):
        path = directory / name
        if rest and path.is_dir():
            yield from _matches(path, f"{relative}{name}/", rest, look)
        elif not rest and path.is_file():
            yield f"{relative}{name}"


def _matches_at_any_depth(
    directory: Path, relative: str, rest: list[str], look: Look
) -> Iterator[str]:
    yield from _matches(directory, relative, rest, look)
    for name in _matching_names(directory, "*", look):
        path = directory / name
        if path.is_dir() and not path.is_symlink():
            yield from _matches_at_any_depth(path, f"{relative}{name}/", rest, look)


def _matching_names(directory: Path, component: str, look: Look) -> list[str]:
    if _MAGIC.isdisjoint(component):
        look(directory / component)
        return [component]
    look(directory)
    try:
        names = [path.name for path in directory.iterdir()]
    except FileNotFoundError:
        return []
    return [
        name
        for name in names
        if fnmatch.fnmatchcase(name, component) and not _unseen(directory / name, look)
    ]


def _unseen(path: Path, look: Look) -> bool:
    if path.name in _UNSEEN:
        return True
    if (path / ".assembly").is_dir():
        look(path)
        return True
    return False
