"""A first assembly file as text."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from assembler.config.keys import bare_or_quoted, dotted, quoted
from assembler.config.part_text import array

TARGETS = ("linux-x86_64", "linux-aarch64", "macos-arm64")


class FirstPart(msgspec.Struct, frozen=True, kw_only=True):
    """A program; `comment` is a line above its table."""

    name: str
    requires: tuple[str, ...]
    groups: tuple[str, ...] = ()
    constraints: Mapping[str, str] = {}
    interpreter: str = ""
    comment: str = ""


class FirstAssembly(msgspec.Struct, frozen=True, kw_only=True):
    """What a first assembly file says.

    `indexes`, `sources` and `policy` (keys of `[lock]`) have values as they are written; `left_out`
    tells what was read and is not in the file, `notes` what else there is to know.
    """

    name: str
    python: str
    parts: tuple[FirstPart, ...]
    targets: tuple[str, ...] = TARGETS
    indexes: Mapping[str, Mapping[str, str]] = {}
    sources: Mapping[str, str] = {}
    policy: Mapping[str, str] = {}
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The file's text."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield from _table(("assembly",), {"name": quoted(self.name), "python": quoted(self.python)})
        policy = {"targets": array(self.targets), **self.policy}
        yield from ("", *_table(("lock",), policy))
        for name, entries in self.indexes.items():
            yield from ("", *_table(("index", name), entries))
        if self.sources:
            yield from ("", *_table(("sources",), self.sources))
        for part in self.parts:
            yield from ("", *_part(part))


def inline(**entries: str) -> str:
    """A table in one line, of texts."""
    return f"{{ {', '.join(f'{key} = {quoted(text)}' for key, text in entries.items())} }}"


def _part(part: FirstPart) -> Iterator[str]:
    if part.comment:
        yield f"# {part.comment}"
    entries = {"recipe": quoted("program"), "requires": _array(part.requires)}
    if part.groups:
        entries["groups"] = _array(part.groups)
    if part.interpreter:
        entries["interpreter"] = quoted(part.interpreter)
    yield from _table(("parts", part.name), entries)
    if part.constraints:
        constraints = {name: quoted(text) for name, text in part.constraints.items()}
        yield from ("", *_table(("parts", part.name, "constraints"), constraints))


def _table(path: Sequence[str], entries: Mapping[str, str]) -> Iterator[str]:
    yield f"[{dotted(path)}]"
    for key, value in entries.items():
        yield f"{bare_or_quoted(key)} = {value}"


def _array(values: Sequence[str]) -> str:
    return array(values, one_per_line=len(values) > 1)
