"""Project files in memory."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import PurePath, PurePosixPath

FOLDER = PurePosixPath("/project")
"""Where the project of a test seems to stand."""

_SPECIAL = re.compile(r"\*\*/|\*\*|\*|\?|\[[^]]+\]")
_MEANING = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


class MemoryProject:
    """The files of a project as recipes see them; `files` maps paths in it to their content."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def glob(self, folder: PurePath, pattern: str) -> tuple[str, ...]:
        """The sorted files that match."""
        del folder
        expression = re.compile(_expression(pattern))
        return tuple(sorted(path for path in self._files if expression.fullmatch(path)))

    def sha256(self, path: PurePath) -> str:
        """The sha256 of a file's content."""
        return hashlib.sha256(self.read(path)).hexdigest()

    def read(self, path: PurePath) -> bytes:
        """The content of a file."""
        return self._files[str(path.relative_to(FOLDER))]


def _expression(pattern: str) -> str:
    """A glob as a regular expression."""
    found, end = "", 0
    for match in _SPECIAL.finditer(pattern):
        special = match[0]
        meaning = _MEANING.get(special) or special.replace("[!", "[^")
        found += re.escape(pattern[end : match.start()]) + meaning
        end = match.end()
    return found + re.escape(pattern[end:])
