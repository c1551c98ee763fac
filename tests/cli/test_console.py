"""What strangers wrote, on a terminal."""

import io
import json
import os
import subprocess
import sys

import pytest

from assembler.cli.console import Console, visible
from assembler.cli.progress import ConsoleReporter
from assembler.errors import PartError
from assembler.origin import Origin


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain ünïcode → 日本", "plain ünïcode → 日本"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b[2Jgone \x1b]0;title\x07", "\\x1b[2Jgone \\x1b]0;title\\x07"),
        ("back\rward\x08s", "back\\rward\\x08s"),
        ("right \u202eto left", "right \\u202eto left"),
        ("\x9b2J", "\\x9b2J"),
        ("no \udcff Unicode", "no \\udcff Unicode"),
    ],
)
def test_what_commands_a_terminal_is_visible(text: str, seen: str):
    assert visible(text) == seen


def test_no_word_of_a_message_commands_the_terminal():
    messages = io.StringIO()
    console = Console(messages=messages, environment={})
    console.error(PartError("a\x1b[2J", details=["b\x1b[2J"], hints=["c\x1b[2J"]))
    console.warn("d\x1b[2J")
    ConsoleReporter(console).note("e\x1b[2J")
    assert messages.getvalue() == (
        "error: a\\x1b[2J\n  b\\x1b[2J\nhint: c\\x1b[2J\nwarning: d\\x1b[2J\ne\\x1b[2J\n"
    )


def test_a_line_of_a_file_commands_nothing_and_keeps_its_width():
    messages = io.StringIO()
    origin = Origin(file="pylock.toml", line=3, column=6, excerpt="\ta\x1b[2Jb", width=1)
    Console(messages=messages, environment={}).error(PartError("wrong", origin=origin))
    assert messages.getvalue() == (
        "error: wrong\n --> pylock.toml:3:6\n  |\n3 | \ta\ufffd[2Jb\n  | \t    ^\n"
    )


def test_a_document_may_hold_what_is_no_unicode():
    ended = subprocess.run(
        [sys.executable, "-m", "assembler", "-f", b"\xff.toml", "build", "--json"],
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=False,
    )
    assert "there is no `\udcff.toml`" in json.loads(ended.stdout)["error"]
    assert (ended.returncode, ended.stderr[:12]) == (1, b"error: there")
