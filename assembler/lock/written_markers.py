"""Markers in the words that our locks use, read without `packaging`.

Every entry of a lock has a marker, which names each of its programs, and is asked for each of them.
`packaging` reads any marker, and is asked about all that is said in other words.
"""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias, assert_never

import msgspec

_NAME = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_TEXT = "sys_platform|platform_machine|platform_system|os_name"
_TOKEN = re.compile(
    rf"""
        '(?P<group>{_NAME})'\ in\ dependency_groups\b
      | (?P<variable>{_TEXT})\ (?P<operator>[=!]=)\ '(?P<text>[^']*)'
      | python_full_version\ (?P<bound><|>=)\ '(?P<version>\d{{1,4}}\.\d{{1,4}}\.\d{{1,6}})'
      | (?P<word>\(|\)|\ and\ |\ or\ )
    """,
    re.VERBOSE | re.ASCII,
)
_FULL_VERSION = re.compile(r"\d{1,4}\.\d{1,4}\.\d{1,6}", re.ASCII)
_DEEPEST = 8


class Group(msgspec.Struct, frozen=True):
    """Whether a program is installed."""

    name: str


class Fact(msgspec.Struct, frozen=True):
    """Whether a variable is, or is not, this text."""

    variable: str
    equal: bool
    text: str


class Patch(msgspec.Struct, frozen=True):
    """Whether the full Python version is at least this one, or below it."""

    at_least: bool
    version: tuple[int, ...]


class Every(msgspec.Struct, frozen=True):
    """Whether all terms hold."""

    terms: "tuple[Term, ...]"


class Either(msgspec.Struct, frozen=True):
    """Whether any term holds."""

    terms: "tuple[Term, ...]"


Term: TypeAlias = Group | Fact | Patch | Every | Either


class WrittenMarker(msgspec.Struct, frozen=True):
    """A marker that holds for the programs of `everywhere`, and where any of the terms holds."""

    everywhere: frozenset[str]
    terms: tuple[Term, ...]

    def holds(self, environment: Mapping[str, str], groups: frozenset[str]) -> bool:
        """Whether it holds for programs in an environment that `can_be_asked`."""
        return not self.everywhere.isdisjoint(groups) or any(
            _holds(term, environment, groups) for term in self.terms
        )


def can_be_asked(environment: Mapping[str, str]) -> bool:
    """Whether the Python of an environment is a release, whose version compares as numbers."""
    return _FULL_VERSION.fullmatch(environment["python_full_version"]) is not None


def written(text: str) -> WrittenMarker | None:
    """Read a marker, or return `None` where it has other words than ours."""
    try:
        term = _Reader(text).read()
    except _OtherWordsError:
        return None
    terms = term.terms if isinstance(term, Either) else (term,)
    return WrittenMarker(
        everywhere=frozenset(term.name for term in terms if isinstance(term, Group)),
        terms=tuple(term for term in terms if not isinstance(term, Group)),
    )


class _OtherWordsError(Exception):
    """A marker has words that ours have not."""


class _Reader:
    """Reads one marker from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._depth = 0
        self._found = self._next()

    def read(self) -> Term:
        """The whole marker. Raises `_OtherWordsError`."""
        term = self._either()
        if self._found is not None:
            raise _OtherWordsError
        return term

    def _next(self) -> "re.Match[str] | None":
        if self._position == len(self._text):
            return None
        found = _TOKEN.match(self._text, self._position)
        if found is None:
            raise _OtherWordsError
        self._position = found.end()
        return found

    def _taken(self, word: str) -> bool:
        """Whether this word comes next; then go on behind it."""
        if self._found is None or self._found["word"] != word:
            return False
        self._found = self._next()
        return True

    def _either(self) -> Term:
        return self._joined(" or ", self._every, Either)

    def _every(self) -> Term:
        return self._joined(" and ", self._one, Every)

    def _joined(
        self, word: str, one: Callable[[], Term], of: Callable[[tuple[Term, ...]], Term]
    ) -> Term:
        terms = [one()]
        while self._taken(word):
            terms.append(one())
        return of(tuple(terms)) if terms[1:] else terms[0]

    def _one(self) -> Term:
        if self._taken("("):
            return self._inside()
        found = self._found
        if found is None or found["word"]:
            raise _OtherWordsError
        self._found = self._next()
        return _term(found)

    def _inside(self) -> Term:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _OtherWordsError
        term = self._either()
        self._depth -= 1
        if not self._taken(")"):
            raise _OtherWordsError
        return term


def _term(found: "re.Match[str]") -> Term:
    if found["group"]:
        return Group(found["group"])
    if found["variable"]:
        return Fact(found["variable"], found["operator"] == "==", found["text"])
    return Patch(found["bound"] == ">=", _numbers(found["version"]))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _holds(term: Term, environment: Mapping[str, str], groups: frozenset[str]) -> bool:
    match term:
        case Group(name):
            return name in groups
        case Fact(variable, equal, text):
            return (environment[variable] == text) is equal
        case Patch(at_least, version):
            return (_numbers(environment["python_full_version"]) >= version) is at_least
        case Every(terms):
            return all(_holds(each, environment, groups) for each in terms)
        case Either(terms):
            return any(_holds(each, environment, groups) for each in terms)
        case _:
            assert_never(term)
