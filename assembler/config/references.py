"""The syntax of references in text: `${vars.port}`, `${parts.app.bin."jp.py"}`, `$${`."""

import re
from typing import TypeAlias

import msgspec

_OPENING = r"\$\$\{|\$\{"
_NAME = r"[A-Za-z0-9_-]++"
_BASIC = r'"([^"\\\n]*+)"'
_LITERAL = r"'([^'\n]*+)'"
_PLAIN = r"\$\{(?!env\b)([A-Za-z0-9_-]++(?:\.[A-Za-z0-9_-]++)*+)\}"
_VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*+"


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """A reference as written: its names, and the default of one to the environment.

    A name is a sequence of text and of references inside, put together when it is looked up.
    """

    written: str
    path: "tuple[Name, ...]"
    default: str | None = None


Name: TypeAlias = tuple[str | Reference, ...]


class Malformed(Exception):  # noqa: N818 - worded by who knows the place
    """A reference that can't be read: what is wrong, and the text from its `${` on."""

    def __init__(self, message: str, written: str, hints: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.written = written
        self.hints = hints


def split(text: str) -> tuple[str | Reference, ...]:
    """Split text into literal text and references; `$${` becomes `${`. Raises `Malformed`."""
    pieces: list[str | Reference] = []
    literal = ""
    at = 0
    tokens = re.compile(_OPENING)
    while match := tokens.search(text, at):
        literal += text[at : match.start()]
        if match.group() == "$${":
            literal += "${"
            at = match.end()
            continue
        if literal:
            pieces.append(literal)
            literal = ""
        reference, at = _reference(text, match.start())
        pieces.append(reference)
    literal += text[at:]
    if literal:
        pieces.append(literal)
    return tuple(pieces)


def _reference(text: str, start: int) -> tuple[Reference, int]:
    """The reference that begins at an offset, and the offset where it ends."""
    if plain := re.compile(_PLAIN).match(text, start):
        path = tuple([(name,) for name in plain.group(1).split(".")])
        return Reference(written=plain.group(), path=path), plain.end()
    return _Reader(text, start).reference(inner=False)


class _Reader:
    """Reads one reference from left to right."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.at = start

    def reference(self, *, inner: bool) -> tuple[Reference, int]:
        start = self.at
        self.at += 2
        path = [self._name(inner=inner)]
        while self._accept("."):
            if path == [("env",)]:
                path.append((self._take(_VARIABLE),))
                break
            path.append(self._name(inner=inner))
        default = self._default() if path[0] == ("env",) and len(path) > 1 else None
        if not self._accept("}"):
            raise self._fault()
        written = self.text[start : self.at]
        return Reference(written=written, path=tuple(path), default=default), self.at

    def _name(self, *, inner: bool) -> Name:
        for pattern in (_BASIC, _LITERAL):
            if match := re.compile(pattern).match(self.text, self.at):
                self.at = match.end()
                return (match.group(1),)
        pieces: list[str | Reference] = []
        while True:
            if self.text.startswith("${", self.at):
                if inner:
                    raise Malformed("references are nested twice", self._written())
                pieces.append(self._inner())
            elif match := re.compile(_NAME).match(self.text, self.at):
                self.at = match.end()
                pieces.append(match.group())
            elif pieces:
                return tuple(pieces)
            else:
                raise self._fault()

    def _inner(self) -> Reference:
        reference, _ = self.reference(inner=True)
        if reference.path[0] != ("self",):
            message = "only `${self.…}` may stand inside a reference"
            raise Malformed(message, self._written())
        return reference

    def _default(self) -> str | None:
        if not self._accept(":-"):
            return None
        end = self.text.find("}", self.at)
        if end < 0:
            raise self._fault()
        default = self.text[self.at : end]
        self.at = end
        return default

    def _take(self, pattern: str) -> str:
        match = re.compile(pattern).match(self.text, self.at)
        if match is None:
            raise self._fault()
        self.at = match.end()
        return match.group()

    def _accept(self, text: str) -> bool:
        found = self.text.startswith(text, self.at)
        self.at += len(text) * found
        return found

    def _fault(self) -> Malformed:
        rest = self.text[self.at : self.at + 1]
        if rest in ("", "\n"):
            return Malformed("a reference is not closed by `}`", self._written())
        if rest in ('"', "'"):
            return Malformed("a quoted name is not closed", self._written())
        if rest in ("}", "."):
            return Malformed("a name is missing in a reference", self._written())
        hints = ("names in it are separated by `.`: `${parts.web.dir}`",) if rest == ":" else ()
        return Malformed(f"`{rest}` can't stand in a reference", self._written(), hints)

    def _written(self) -> str:
        end = self.text.find("}", self.at)
        line = self.text[self.start : len(self.text) if end < 0 else end + 1]
        return line.split("\n")[0]
