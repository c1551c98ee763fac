"""Where every key and value stands in a TOML text, which tomli does not tell."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec
import tomli

from assembler.config.keys import Path

_BLANK = re.compile(r"(?:[ \t\n]++|#[^\n]*+)*+")
_BETWEEN = re.compile(r"(?:[ \t\n]++|#[^\n]*+)*+,?+(?:[ \t\n]++|#[^\n]*+)*+")
_BARE = re.compile(r"([A-Za-z0-9_-]++)[ \t]*+=[ \t]*+")
_SPACE = re.compile(r"[ \t]*+")
_KEY = re.compile(r"""[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'""")
_SCALAR = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+"{3,5}'
    r"|'''(?:[^']|'(?!''))*+'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*+"'
    r"|'[^'\n]*+'"
    r"|\d{4}-\d\d-\d\d \d\d:[0-9:.Zz+-]*+"
    r"|[^\s,\]}#]++",
    re.DOTALL,
)


class Extent(NamedTuple):
    """A stretch of text, from the offset `start` up to, not including, `end`."""

    start: int
    end: int


class Span(msgspec.Struct, frozen=True):
    """Where a key and its value stand; a header stands for the table that it opens."""

    key: Extent
    value: Extent


class Component(msgspec.Struct, frozen=True):
    """One name of a dotted key, and where it stands."""

    name: str
    extent: Extent


def spans(text: str) -> Mapping[Path, Span]:
    """Find every key path of a valid TOML text whose lines end with a line feed alone."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.spans


class Statement(msgspec.Struct, frozen=True):
    """A header or a key with its value: where it starts, its path, and where its last key stands.

    `twice` is the path of what its value holds twice, and both places.
    """

    start: int
    path: Path
    key: Extent
    header: bool
    twice: tuple[Path, Extent, Extent] | None


def statement_at(text: str, at: int) -> Statement | None:
    """The statement in which an offset lies or which ends there; all before it is valid TOML."""
    scanner = _Scanner(text)
    table: Path = ()
    scanner.skip(_BLANK)
    while scanner.at < len(text):
        noted = scanner.spans = _Noted()
        start = scanner.at
        header = text[start] == "["
        try:
            table = scanner.statement(table)
        except (ValueError, IndexError):
            at = start
        if scanner.at >= at and noted:
            path = next(reversed(noted))
            key = noted[path].key
            path = path[:-1] if isinstance(path[-1], int) else path
            return Statement(start, path, key, header, noted.twice)
        scanner.skip(_BLANK)
    return None


class Passage(msgspec.Struct, frozen=True):
    """A whole header or key with its value, in a valid text: its path, and where it stands."""

    path: Path
    header: bool
    extent: Extent


def passages(text: str) -> Iterator[Passage]:
    """Every header and every key with its value in a valid TOML text, from its start to its end."""
    scanner = _Scanner(text)
    table: Path = ()
    scanner.skip(_BLANK)
    while scanner.at < len(text):
        noted = scanner.spans = _Noted()
        start = scanner.at
        table = scanner.statement(table)
        header = text[start] == "["
        yield Passage(next(reversed(noted)), header, Extent(start, scanner.at))
        scanner.skip(_BLANK)


def leading_key(text: str) -> tuple[tuple[Component, ...], int]:
    """Read the dotted key that the text begins with; return it and the offset where it ends.

    Raises `ValueError` where there is none.
    """
    scanner = _Scanner(text)
    scanner.skip(_SPACE)
    return scanner.key(), scanner.at


class _Noted(dict[Path, Span]):
    """The places of one statement, and the first path that has two of them."""

    twice: tuple[Path, Extent, Extent] | None = None

    def __setitem__(self, path: Path, span: Span) -> None:
        if path in self and self.twice is None:
            self.twice = (path, self[path].key, span.key)
        super().__setitem__(path, span)


class _Scanner:
    """Reads from left to right what tomli has found valid."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.spans: dict[Path, Span] = {}
        self._lengths: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        self.skip(_BLANK)
        while self.at < len(self.text):
            table = self.statement(table)
            self.skip(_BLANK)

    def statement(self, table: Path) -> Path:
        """Read a header or a pair; return the table that the next pair is in."""
        if self.text[self.at] == "[":
            return self._header()
        self._pair(table)
        return table

    def skip(self, pattern: re.Pattern[str]) -> None:
        if match := pattern.match(self.text, self.at):
            self.at = match.end()

    def key(self) -> tuple[Component, ...]:
        components: list[Component] = []
        while True:
            start = self.at
            name = self._take(_KEY)
            components.append(Component(_name(name), Extent(start, self.at)))
            self.skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return tuple(components)
            self.at += 1
            self.skip(_SPACE)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            message = f"unexpected text at {self.at}"
            raise ValueError(message)
        self.at = match.end()
        return match.group()

    def _header(self) -> Path:
        width = 2 if self.text.startswith("[[", self.at) else 1
        self.at += width
        self.skip(_SPACE)
        *outer, last = self.key()
        self.at += width
        path: Path = ()
        for component in outer:
            path = (*path, component.name)
            self._implicit(path, component.extent)
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
        path = (*path, last.name)
        if width == 1:
            self.spans[path] = Span(last.extent, last.extent)
            return path
        self._implicit(path, last.extent)
        index = self._lengths.get(path, 0)
        self._lengths[path] = index + 1
        element = (*path, index)
        self.spans[element] = Span(last.extent, last.extent)
        return element

    def _implicit(self, path: Path, extent: Extent) -> None:
        if path not in self.spans:
            self.spans[path] = Span(extent, extent)

    def _pair(self, table: Path) -> None:
        if bare := _BARE.match(self.text, self.at):
            self.at = bare.end()
            self._value((*table, bare.group(1)), Extent(*bare.span(1)))
            return
        path = table
        *outer, last = self.key()
        for component in outer:
            path = (*path, component.name)
            self._implicit(path, component.extent)
        self.at += 1
        self.skip(_SPACE)
        self._value((*path, last.name), last.extent)

    def _value(self, path: Path, key: Extent | None) -> None:
        start = self.at
        opening = self.text[start]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        else:
            self._take(_SCALAR)
        extent = Extent(start, self.at)
        self.spans[path] = Span(key or extent, extent)

    def _array(self, path: Path) -> None:
        self.at += 1
        index = 0
        while self._more("]"):
            self._value((*path, index), None)
            index += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while self._more("}"):
            self._pair(path)

    def _more(self, closing: str) -> bool:
        """Step to the next element, or behind the closing bracket."""
        self.skip(_BETWEEN)
        if self.text.startswith(closing, self.at):
            self.at += 1
            return False
        return True


def _name(key: str) -> str:
    """The name that one key as written stands for."""
    if key[0] not in "\"'":
        return key
    if "\\" not in key:
        return key[1:-1]
    return next(iter(tomli.loads(f"{key}=0")))
