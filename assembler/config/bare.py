"""What stands where a value of TOML should, or behind one."""

import re
from collections.abc import Mapping

from assembler.config.fault import Fault, line_at, one
from assembler.config.keys import quoted
from assembler.config.positions import Extent

REQUIREMENT = re.compile(r"[ \t]*([A-Za-z][\w.-]*(\[[^\]]*\])?[ \t]*([=<>!~]=|[<>^])[ \t]*\d.*)")
"""A line that is a requirement without quotes."""

_IN_BRACKETS = re.compile(r"(?:\[[^\]\n]*\]|[^,\]}\n#])*")
_TO_THE_END = re.compile(r"[^\n#]*")
_PREFIXED = re.compile(r"(?:[rbfu]|rb|br|fr|rf)([\"'])(?=.*\1)", re.IGNORECASE)
_INDENTED = re.compile(r"(?:\n[ \t]+[^\s\[#][^\n]*)+")
_POINT = re.compile(r"[+-]?(\.\d+|\d+\.)")
_KEY = re.compile(r"[^=\n]*=[ \t]*")
_PAIR = re.compile(r"[\w.\"'-]+[ \t]*=")
_WORDS: Mapping[str, str] = {
    "true": "true",
    "yes": "true",
    "on": "true",
    "false": "false",
    "no": "false",
    "off": "false",
}
_NOTHING = ("none", "null", "nil")
_COMMENTS = ("//", "/*", ";")


def instead_of_a_value(text: str, at: int) -> Fault:
    """What begins no value of TOML."""
    token = _token(text, at)
    extent = Extent(at, at + max(1, len(token)))
    if not token or token[0] == "=":
        return _missing(text, at)
    return _word(token, extent) or _shape(token, extent) or _without_quotes(token, extent)


def _word(token: str, extent: Extent) -> Fault | None:
    """A word that other languages know."""
    if token.casefold() in _WORDS:
        hints = (f"write `{_WORDS[token.casefold()]}`, or in quotes if it is text",)
        return Fault(f"`{token}` is no boolean of TOML", extent, hints=hints)
    if token.casefold() in _NOTHING:
        return Fault(f"TOML has no `{token}`", extent, hints=("leave the key out",))
    if prefixed := _PREFIXED.match(token):
        message = f"TOML has no strings with a letter before the quote, as in `{prefixed.group()}`"
        hints = ("in single quotes a backslash stands for itself",)
        return Fault(message, Extent(extent.start, extent.start + prefixed.end()), hints=hints)
    return None


def _shape(token: str, extent: Extent) -> Fault | None:
    """An array, a table or a number that is written in another way."""
    if token.startswith("- "):
        hints = ('write for example `["a", "b"]`',)
        return Fault("elements of an array have commas between them", extent, hints=hints)
    if token[0] == "(":
        hints = ('write for example `["a", "b"]`',)
        return Fault("an array stands in square brackets", extent, hints=hints)
    if _PAIR.match(token):
        hints = (f"write {{ {token} }}",)
        return Fault("an array holds values, not keys", extent, hints=hints)
    if _POINT.fullmatch(token):
        return Fault(f"`{token}` lacks a digit before or after its point", extent)
    return None


def _token(text: str, at: int) -> str:
    """What stands from an offset up to the end of the value that was meant."""
    line = line_at(text, at)
    before = text[line.start : at]
    alone = _KEY.fullmatch(before) and not before.strip().startswith(("[", "{"))
    pattern = _TO_THE_END if alone and "{" not in before else _IN_BRACKETS
    match = pattern.match(text, at)
    return match.group().rstrip() if match else ""


def _missing(text: str, at: int) -> Fault:
    line = line_at(text, at)
    if requirement := REQUIREMENT.fullmatch(text[slice(*line)]):
        return requirement_alone(requirement, line)
    if text[at : at + 1] == "=":
        return Fault("a single `=` stands between a key and its value", one(at))
    below = _INDENTED.match(text, line.end)
    values = [each.strip().rstrip(",") for each in below.group().split("\n")] if below else []
    written = ", ".join(quoted(each.strip("\"'")) for each in values if each)
    hints = (f"several values are an array: [{written}]",) if written else ()
    return Fault("a value is missing", one(at), hints=hints)


def requirement_alone(requirement: re.Match[str], line: Extent) -> Fault:
    """A requirement that stands in a line as in a requirements file."""
    start, end = requirement.span(1)
    message = "a requirement is text in an array"
    hints = (f"write `requires = [{quoted(requirement.group(1).strip())}]`",)
    return Fault(message, Extent(line.start + start, line.start + end), hints=hints)


def _without_quotes(token: str, extent: Extent) -> Fault:
    inner = token.strip("\"'")
    written = f"'{inner}'" if "\\" in inner and "'" not in inner else quoted(inner)
    return Fault("text must stand in quotes", extent, hints=(f"write {written}",))


def text_without_quotes(text: str, at: int) -> Fault:
    """Text without quotes whose beginning can be taken for a number, a date or a boolean."""
    start = at
    while start and text[start - 1] not in " \t\n,[{=":
        start -= 1
    token = _token(text, start)
    return _without_quotes(token, Extent(start, start + len(token)))


def quote_within(text: str, at: int) -> Fault | None:
    """A quote that ends a string which was to go on."""
    quote = text[at - 1 : at]
    if quote not in ("'", '"') or not (text[at].isalnum() or text[at] in "_-./\\"):
        return None
    hints = (
        ("text that holds a `'` stands between two `\"`",)
        if quote == "'"
        else ("within the text it is written `\\\"`; or the text stands between two `'`",)
    )
    return Fault(f"this `{quote}` ends the string", one(at - 1), hints=hints)


def behind_a_value(text: str, at: int) -> Fault:
    """What stands behind a value or a header that is complete."""
    line = line_at(text, at)
    rest = text[at : line.end].rstrip()
    before = text[line.start : at].strip()
    extent = Extent(at, at + len(rest))
    if rest.startswith(_COMMENTS) and rest != ";":
        return wrong_comment(text, at)
    if before.startswith("["):
        return Fault("a header stands alone in its line", extent)
    if rest in (",", ";"):
        return Fault(f"a line does not end with `{rest}`", extent, hints=("take it away",))
    if rest[0] == "," and "=" not in rest:
        return _several(text, line, extent)
    return quote_within(text, at) or _joined(text, at) or _behind(text, line, extent)


def _joined(text: str, at: int) -> Fault | None:
    """What stands right behind a number, a date or a boolean."""
    last = text[at - 1]
    return None if last.isspace() or last in "\"']}" else text_without_quotes(text, at)


def _several(text: str, line: Extent, extent: Extent) -> Fault:
    key = _KEY.match(text, line.start, line.end)
    values = text[key.end() if key else line.start : line.end].partition("#")[0].strip(" ,")
    return Fault("several values are an array", extent, hints=(f"write [{values}]",))


def _behind(text: str, line: Extent, extent: Extent) -> Fault:
    if _PAIR.match(text, extent.start):
        return Fault("each key begins a line of its own", extent)
    key = _KEY.match(text, line.start, extent.start)
    if key and text[key.end()] not in "'\"[{":
        return text_without_quotes(text, key.end())
    return Fault("something stands behind the value", extent)


def wrong_comment(text: str, at: int) -> Fault:
    """A comment as other languages write it."""
    mark = next(each for each in _COMMENTS if text.startswith(each, at))
    return Fault(f"a comment begins with `#`, not with `{mark}`", Extent(at, at + len(mark)))
