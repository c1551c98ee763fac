"""Lines of a TOML text that are neither a header nor a key with its value."""

import re

from assembler.config.bare import REQUIREMENT, requirement_alone, wrong_comment
from assembler.config.fault import Fault, line_at, one
from assembler.config.keys import quoted
from assembler.config.positions import Extent

_COMMENT = re.compile(r"//|/\*|;")
_NAME = re.compile(r"[^\s=\].,{}]+")
_WORD_BACKWARDS = re.compile(r"[^\s=\[\].,{}]*+")
_NOTHING_YET = re.compile(r"(?:\s++|#[^\n]*+)*+")
_CHANGES = {"+=": "add", "-=": "remove"}


def instead_of_a_statement(text: str, at: int) -> Fault:
    """A line that begins like no line of TOML."""
    if _COMMENT.match(text, at):
        return wrong_comment(text, at)
    character = text[at]
    if character == "{" and _NOTHING_YET.fullmatch(text, 0, at):
        hints = ("begin with `[assembly]`",)
        return Fault("the file is TOML, not JSON", one(at), hints=hints)
    if text.startswith("=>", at):
        hints = ('write `needs = ["PART"]` in the part that needs another',)
        return Fault("`=>` has no meaning in TOML", Extent(at, at + 2), hints=hints)
    if character == "=":
        return Fault("a key is missing before `=`", one(at))
    if character.isalnum():
        return _unquoted_key(text, at)
    line = line_at(text, at)
    return Fault("a line is `[TABLE]`, `KEY = VALUE` or `# COMMENT`", Extent(at, line.end))


def in_a_key(text: str, at: int) -> Fault:
    """What can't begin a name in a key."""
    name = _NAME.match(text, at)
    if name is None:
        return Fault("a name is missing in a key", one(at))
    return _unquoted_key(text, at)


def _unquoted_key(text: str, at: int) -> Fault:
    """A name with characters for which it needs quotes."""
    line = line_at(text, at)
    begun = _WORD_BACKWARDS.match(text[line.start : at][::-1])
    start = at - (begun.end() if begun else 0)
    name = _NAME.match(text, start)
    end = name.end() if name else at + 1
    hints = (f"write {quoted(text[start:end])}",)
    return Fault("a name like this one stands in quotes", Extent(start, end), hints=hints)


def no_equals(text: str, at: int) -> Fault:
    """A key that `=` does not follow."""
    line = line_at(text, at)
    written = text[slice(*line)]
    key = written[: at - line.start].strip()
    following = text[at : at + 1]
    if following == ":":
        name = re.split("[{,]", key)[-1].strip()
        hints = (f"write `{name} = …`",)
        if not text[at + 1 : line.end].strip():
            hints = (f"write `[{name}]` for a table, `{name} = …` for a value",)
        message = "`=` stands between a key and its value, not `:`"
        return Fault(message, one(at), hints=hints)
    if change := _CHANGES.get(text[at : at + 2]):
        message = f"TOML has no `{text[at : at + 2]}`"
        return Fault(message, Extent(at, at + 2), hints=(f"write `{key} = {{ {change} = […] }}`",))
    if requirement := REQUIREMENT.fullmatch(written):
        return requirement_alone(requirement, line)
    if following in ("", "\n", "#", ",", "}"):
        name = key.split()[-1]
        start = text.rfind(name, line.start, at)
        return Fault(f"`{name}` has no value", Extent(start, start + len(name)))
    return _key_and_more(text, at, key)


def _key_and_more(text: str, at: int, key: str) -> Fault:
    """A key that something other than `=` follows."""
    if key == "-":
        hints = ('write for example `["a", "b"]`',)
        return Fault("an array stands in square brackets", one(text.rfind("-", 0, at)), hints=hints)
    if not text[at - 1].isspace():
        return _unquoted_key(text, at)
    line = line_at(text, at)
    return _blanks_in_a_key(text[slice(*line)], line, at)


def _blanks_in_a_key(written: str, line: Extent, at: int) -> Fault:
    if written[at - line.start] in "\"'[{0123456789":
        return Fault("`=` is missing between a key and its value", one(at))
    key, equals, _ = written.partition("=")
    if not equals:
        message = "a line is `[TABLE]`, `KEY = VALUE` or `# COMMENT`"
        return Fault(message, line)
    return Fault(
        "a key with blanks stands in quotes",
        Extent(line.start, line.start + len(key.rstrip())),
        hints=(f"write {quoted(key.strip())}",),
    )


def in_a_header(text: str, at: int) -> Fault:
    """A header that does not end where it should."""
    line = line_at(text, at)
    written = text[slice(*line)]
    if text[at : at + 1] in ("", "\n", "#", "]"):
        closing = "]]" if written.lstrip().startswith("[[") else "]"
        message = "the header of a table is not closed"
        return Fault(message, line, hints=(f"end it with `{closing}`",))
    if not text[at - 1].isspace():
        return _unquoted_key(text, at)
    names = written.strip("[] \t").split("#")[0].strip("] ")
    hints = (f"write `[{'.'.join(names.split())}]`", f"or, as one name, `[{quoted(names)}]`")
    return Fault("the header of a table holds a blank", line, hints=hints)
