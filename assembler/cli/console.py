"""The only module that prints: results to standard output, everything else to standard error."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import TextIO, TypeAlias

from assembler.cli.endings import unheard
from assembler.errors import AssemblerError, Faults
from assembler.origin import Origin

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"

_COLOURS = r"\x1b\[[0-9;]*m"
_ODD_BLANKS = "\n\t\xa0\u3000"

RED, YELLOW, GREEN, CYAN, BOLD, DIM = "31", "33", "32", "36", "1", "2"


class Console:
    """Where words go. `level` is 1 for `-v`, -1 for `-q`; `as_json` keeps text off the output.

    `said` is all that was printed, each text with the number of its standard stream.
    """

    def __init__(
        self,
        *,
        output: TextIO | None = None,
        messages: TextIO | None = None,
        environment: Mapping[str, str] | None = None,
        level: int = 0,
        as_json: bool = False,
    ) -> None:
        self._output = output or sys.stdout
        self._messages = messages or sys.stderr
        environment = os.environ if environment is None else environment
        self._plain = bool(environment.get("NO_COLOR")) or environment.get("TERM") == "dumb"
        self.level = level
        self.as_json = as_json
        self.said: list[tuple[int, str]] = []

    @property
    def on_terminal(self) -> bool:
        """Whether messages are read on a terminal that can show progress."""
        return self._messages.isatty() and not self._plain

    def result(self, text: str) -> None:
        """Print what the command was asked for; not under `--json`."""
        if not self.as_json:
            self._write(self._output, text)

    def document(self, document: Json) -> None:
        """Print the one JSON document of the command."""
        if self.as_json:
            import json

            self._write(self._output, json.dumps(document, indent=2, ensure_ascii=False))

    def say(self, text: str) -> None:
        """Tell what was done; not under `-q`."""
        if self.level >= 0:
            self._write(self._messages, text)

    def detail(self, text: str) -> None:
        """Tell more, under `-v`."""
        if self.level > 0:
            self._write(self._messages, text)

    def warn(self, text: str) -> None:
        """Print a warning."""
        self._write(self._messages, f"{self.paint('warning', YELLOW, BOLD)}: {visible(text)}")

    def error(self, error: AssemblerError) -> None:
        """Print an error, or each of several, with its place, details and hints."""
        errors = error.errors if isinstance(error, Faults) else (error,)
        self._write(self._messages, "\n\n".join(self._error_text(each) for each in errors))

    def paint(self, text: str, *codes: str, output: bool = False) -> str:
        """Colour text where it goes to a terminal that wants colour."""
        stream = self._output if output else self._messages
        if self._plain or not stream.isatty():
            return text
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m"

    def _error_text(self, error: AssemblerError) -> str:
        lines = [f"{self.paint('error', RED, BOLD)}: {visible(error.message)}"]
        if error.origin:
            lines += self._place(error.origin)
        lines += [f"  {visible(line)}" for line in error.details]
        lines += [f"{self.paint('hint', CYAN)}: {visible(hint)}" for hint in error.hints]
        return "\n".join(lines)

    def _place(self, origin: Origin) -> list[str]:
        arrow = self.paint("-->", DIM)
        if not origin.line and not (origin.excerpt and origin.column):
            return [f"  {arrow} {origin}"]
        position = f"{origin}:{origin.column}" if origin.line and origin.column else str(origin)
        if not origin.excerpt:
            return [f"  {arrow} {position}"]
        number = str(origin.line or "")
        gutter = " " * len(number)
        before = origin.excerpt[: max(origin.column - 1, 0)]
        indent = "".join("\t" if character == "\t" else " " for character in before)
        caret = self.paint("^" * max(origin.width, 1), RED)
        return [
            f"{gutter}{arrow} {position}",
            f"{gutter} |",
            f"{number} | {_of_equal_width(origin.excerpt)}",
            f"{gutter} | {indent}{caret}",
        ]

    def _write(self, stream: TextIO, text: str) -> None:
        self.said.append((1 if stream is self._output else 2, f"{text}\n"))
        try:
            print(text, file=stream, flush=True)
        except BrokenPipeError:
            unheard(stream)


def visible(text: str) -> str:
    """The text with what commands a terminal made visible: strangers may have written it."""
    return "".join(
        letter
        if letter.isprintable() or letter in _ODD_BLANKS
        else letter.encode("unicode_escape").decode()
        for letter in re.sub(_COLOURS, "", text)
    )


def _of_equal_width(text: str) -> str:
    """A line with a sign for each character that can't be seen, as carets stand below it."""
    return "".join(
        letter if letter.isprintable() or letter in _ODD_BLANKS else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )
