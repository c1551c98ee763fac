"""Answers of commands that changed nothing, kept until anything that they came from changes.

An answer is what a command said, with everything that it looked at to know it: files and folders
as they stood, and variables of the environment. The same command in the same folder is answered by
it while all of that is the same. Only modules that Python itself starts with are imported here, as
loading the rest of assembler takes longer than any answer. Whether an answer counts is decided here
alone; `assembler.cli.remembering` writes them, after the whole program found the same.
"""

import os
import sys
from binascii import crc32

from assembler import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FORM = "assembler answer 1"
SEPARATOR = "\0"
LONGEST = 16 * 1024 * 1024
"""How many bytes an answer may have."""

_WRITABLE_BY_OTHERS = 0o022
_DIRECTORY, _KIND = 0o040000, 0o170000
_UNSET = "-"
_SET = "+"


def folder(environment: "Mapping[str, str]") -> str:
    """The folder of answers in the cache, unless the user configuration names another cache."""
    if named := environment.get("ASSEMBLER_CACHE"):
        return os.path.join(os.getcwd(), named, "answers")
    home = os.path.expanduser("~")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches", "assembler", "answers")
    caches = environment.get("XDG_CACHE_HOME", "").strip() or os.path.join(home, ".cache")
    return os.path.join(caches, "assembler", "answers")


def question(arguments: "Sequence[str]") -> str:
    """What is asked, by whom, and where, as one text."""
    return repr((__version__, sys.executable, sys.path, *os.uname(), os.getcwd(), *arguments))


def file_of(asked: str, answers: str) -> str:
    """The file of the answer to a question."""
    return os.path.join(answers, f"{crc32(asked.encode('utf-8', 'surrogateescape')):08x}")


def written(
    asked: str,
    variables: "Mapping[str, str | None]",
    seen: "Mapping[str, str]",
    said: "Iterable[tuple[int, str]]",
) -> bytes:
    """An answer as it is kept: what was asked, what it came from, and what was said where."""
    environment = (
        word
        for name, value in variables.items()
        for word in (name, _UNSET if value is None else f"{_SET}{value}")
    )
    rows = (word for row in seen.items() for word in row)
    words = (word for number, text in said for word in (str(number), text))
    counts = (str(len(variables)), str(len(seen)))
    text = SEPARATOR.join((FORM, asked, *counts, *environment, *rows, *words))
    content = text.encode("utf-8", "surrogateescape")
    return f"{crc32(content):08x}".encode() + content


def answer(arguments: "Sequence[str]") -> "list[tuple[int, str]] | None":
    """What is said, to which file descriptor, if nothing has changed since it was said before."""
    try:
        asked = question(arguments)
        content = _read(file_of(asked, folder(os.environ)))
    except (OSError, ValueError):
        return None
    fields = content.split(SEPARATOR)
    if fields[:2] != [FORM, asked]:
        return None
    variables, rows = int(fields[2]), int(fields[3])
    here, there = 4 + 2 * variables, 4 + 2 * variables + 2 * rows
    for at in range(4, here, 2):
        value = os.environ.get(fields[at])
        if (_UNSET if value is None else f"{_SET}{value}") != fields[at + 1]:
            return None
    for at in range(here, there, 2):
        if facts(fields[at]) != fields[at + 1]:
            return None
    return [(int(fields[at]), fields[at + 1]) for at in range(there, len(fields), 2)]


def facts(path: str) -> str:
    """What tells that something stands as before: kind and mode, size and mtime (ns).

    Empty for nothing. A path that ends in `/` stands for the folder that a link leads to.
    """
    try:
        status = os.lstat(path)
    except OSError:
        return ""
    return worded(status.st_mode, status.st_size, status.st_mtime_ns)


def worded(mode: int, size: int, mtime: int) -> str:
    """Such facts as text; the size of a folder says nothing."""
    return f"{mode:o} {0 if mode & _KIND == _DIRECTORY else size} {mtime}"


def _read(path: str) -> str:
    """An answer that is whole, and that nobody else can have written. Raises `ValueError`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        status = os.fstat(descriptor)
        if status.st_uid != os.geteuid() or status.st_mode & _WRITABLE_BY_OTHERS:
            raise ValueError(path)
        if status.st_size > LONGEST:
            raise ValueError(path)
        content = os.read(descriptor, LONGEST)
    finally:
        os.close(descriptor)
    if content[:8] != f"{crc32(content[8:]):08x}".encode():
        raise ValueError(path)
    return content[8:].decode("utf-8", "surrogateescape")
