"""Faults in the syntax of TOML, in words that say what to write instead."""

import re
from collections.abc import Callable, Mapping

import tomli

from assembler.config.bare import behind_a_value, instead_of_a_value
from assembler.config.characters import strange_character
from assembler.config.fault import Fault, line_at, one
from assembler.config.keys import dotted
from assembler.config.nesting import open_at
from assembler.config.repeats import Repeat, repeat_at
from assembler.config.source import Source
from assembler.config.statements import in_a_header, in_a_key, instead_of_a_statement, no_equals
from assembler.config.unclosed import KINDS, escape, unclosed_bracket, unclosed_string
from assembler.errors import ConfigurationError

_CONFLICT = re.compile(r"(<{7}|={7}|>{7}|\|{7})( .*)?")
_BY_MESSAGE: Mapping[str, Callable[[str, int], Fault]] = {
    "Invalid value": instead_of_a_value,
    "Invalid date or datetime": instead_of_a_value,
    "Invalid statement": instead_of_a_statement,
    "Invalid initial character for a key part": in_a_key,
    "Expected '=' after a key in a key/value pair": no_equals,
    "Expected newline or end of document after a statement": behind_a_value,
    "Expected ']' at the end of a table declaration": in_a_header,
    "Expected ']]' at the end of an array declaration": in_a_header,
}


def syntax_fault(error: tomli.TOMLDecodeError, source: Source) -> ConfigurationError:
    """What tomli found, with the place and in the words that a person needs."""
    at = min(error.pos, len(source.text))
    fault = _found(error.msg, source, at) or _as_told(error.msg, at)
    origin = source.at(fault.extent)
    return ConfigurationError(
        fault.message, origin=origin, details=fault.details, hints=fault.hints
    )


def _found(message: str, source: Source, at: int) -> Fault | None:
    text = source.text
    if fault := _conflict(text, at):
        return fault
    if message.startswith(("Cannot", "Duplicate")):
        repeat = repeat_at(text, at)
        return _repeated(repeat, source) if repeat else None
    if "scape" in message or message == "Invalid hex value":
        return escape(text, at)
    around = open_at(text, at)
    if around.string:
        return unclosed_string(message, text, at, around.string)
    if fault := strange_character(text, at) or unclosed_bracket(message, text, at, around):
        return fault
    return _BY_MESSAGE[message](text, at) if message in _BY_MESSAGE else None


def _as_told(message: str, at: int) -> Fault:
    worded = re.sub(r"'([^']+)'", r"`\1`", message)
    return Fault(f"not valid TOML: {worded[:1].lower()}{worded[1:]}", one(at))


def _conflict(text: str, at: int) -> Fault | None:
    line = line_at(text, at)
    if not _CONFLICT.fullmatch(text[slice(*line)]):
        return None
    hint = "keep one of the two sides, and take away the lines of `<<<<<<<`, `=======`, `>>>>>>>`"
    return Fault("there is a merge conflict in the file", line, hints=(hint,))


def _repeated(repeat: Repeat, source: Source) -> Fault:
    name = dotted(repeat.path)
    if repeat.value is not None:
        kind = KINDS.get(source.text[repeat.value.start], "a value")
        message = f"`{name}` is {kind}, to which no key can be added later"
        hint = "write all of it in one place"
    elif repeat.header:
        message = f"the table `[{name}]` is there twice"
        hint = "put the keys of both below one of them"
    else:
        message = f"`{name}` is there twice"
        hint = "keep one of them"
    details = (f"the first one is at {source.at(repeat.first)}",)
    return Fault(message, repeat.again, details, (hint,))
