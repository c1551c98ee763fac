from pathlib import Path

import pytest

from assembler.errors import AssemblerError, IntegrityError, LockError
from assembler.lock.pylock import loads

GOOD = (Path(__file__).parent / "small.pylock.toml").read_text(encoding="utf-8")
CLICK = GOOD[GOOD.index("[[packages]]") : GOOD.index('\n[[packages]]\nname = "colorama"')]


def failure(text: str) -> AssemblerError:
    with pytest.raises(AssemblerError) as caught:
        loads(text, "pylock.toml")
    return caught.value


def edited(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


NOT_OURS = [
    pytest.param("", "`pylock.toml` is empty", 0, id="empty"),
    pytest.param("\n \n", "`pylock.toml` is empty", 0, id="blank"),
    pytest.param(
        edited('name = "click"', '<<<<<<< HEAD\nname = "click"\n=======\n>>>>>>> other'),
        "`pylock.toml` has an unresolved merge conflict",
        22,
        id="merge conflict",
    ),
    pytest.param(
        edited('created-by = "assembler"', "created-by = "),
        "`pylock.toml` is not TOML: invalid value",
        19,
        id="not TOML",
    ),
    pytest.param("a = " + "[" * 5000, "`pylock.toml` holds what no lock needs", 0, id="deep"),
    pytest.param(
        edited("size = 1000", "size = 1" + "0" * 5000),
        "`pylock.toml` holds what no lock needs",
        0,
        id="huge number",
    ),
    pytest.param(
        'lock-version = "1.0"\ncreated-by = "uv"\npackages = []\n',
        "`pylock.toml` was not written by assembler but by `uv`",
        0,
        id="foreign",
    ),
    pytest.param("[tool]\n", "`pylock.toml` was not written by assembler", 0, id="nobody's"),
    pytest.param(
        edited("schema = 1", "schema = 2"),
        "`pylock.toml` was written by a newer assembler (0.1.0)",
        0,
        id="newer",
    ),
    pytest.param(
        edited('lock-version = "1.0"', 'lock-version = "2.0"'),
        "`pylock.toml` has lock-version `2.0`, this assembler knows `1.0`",
        0,
        id="PEP 751's successor",
    ),
    pytest.param(
        edited('name = "click"', "name = 7"),
        "`pylock.toml` is damaged: expected `str`, got `int` at `packages[0].name`",
        21,
        id="wrong type",
    ),
    pytest.param(
        edited("marker = \"'web' in dependency_groups\"\n", ""),
        "`pylock.toml` is damaged: object missing required field `marker` at `packages[3]`",
        61,
        id="no marker",
    ),
    pytest.param(
        edited("marker = \"'web' in dependency_groups\"", 'marker = "web"'),
        "`pylock.toml` is damaged: `web` is no marker",
        61,
        id="bad marker",
    ),
    pytest.param(
        edited("marker = \"'web' in dependency_groups\"", "marker = \"extra == 'x'\""),
        "`pylock.toml` is damaged: `extra == 'x'` is no marker",
        61,
        id="marker on what nobody says",
    ),
    pytest.param(
        edited('python = "3.12"', 'python = "latest"'),
        "`pylock.toml` is damaged: `latest` is no Python version",
        0,
        id="no Python",
    ),
    pytest.param(
        edited("a" * 64, "a" * 63),
        "`pylock.toml` is damaged: expected `str` matching regex '^[0-9a-f]{64}\\\\Z' "
        "at `packages[0].wheels[0].hashes.sha256`",
        21,
        id="short hash",
    ),
    pytest.param(
        edited("size = 1000", "size = -1"),
        "`pylock.toml` is damaged: expected `int` >= 0 at `packages[0].wheels[0].size`",
        21,
        id="negative size",
    ),
]


@pytest.mark.parametrize(("text", "message", "line"), NOT_OURS)
def test_text_that_is_no_lock_of_ours(text: str, message: str, line: int):
    error = failure(text)

    assert isinstance(error, LockError)
    assert error.message == message
    assert (error.origin.line if error.origin else 0) == line
    assert error.hints


WHEEL = 'name = "click-8.1.7-py3-none-any.whl"'
URL = 'url = "https://files.example/click-8.1.7-py3-none-any.whl"'

TAMPERED = [
    pytest.param(
        GOOD.replace(CLICK, CLICK + "\n" + CLICK.replace("8.1.7", "8.1.6"), 1),
        "`click` is locked twice for `jobs` on `linux-x86_64`: 8.1.7 and 8.1.6",
        35,
        id="one name twice",
    ),
    pytest.param(
        edited(WHEEL, 'name = "clack-8.1.7-py3-none-any.whl"'),
        "`clack-8.1.7-py3-none-any.whl` is not `click` 8.1.7",
        21,
        id="another name",
    ),
    pytest.param(
        edited(WHEEL, 'name = "click-8.1.6-py3-none-any.whl"'),
        "`click-8.1.6-py3-none-any.whl` is not `click` 8.1.7",
        21,
        id="another version",
    ),
    pytest.param(
        edited(WHEEL, 'name = "click-8.1.7.whl"'),
        "`click-8.1.7.whl` is no wheel's name",
        21,
        id="no wheel",
    ),
    pytest.param(
        edited(WHEEL, 'name = "../click-8.1.7-py3-none-any.whl"'),
        "`../click-8.1.7-py3-none-any.whl` is no file name",
        21,
        id="a path",
    ),
    pytest.param(
        edited(URL, 'url = "ftp://files.example/click"'),
        "`ftp://files.example/click` is not a URL that files are taken from (https, http or file)",
        21,
        id="another scheme",
    ),
    pytest.param(
        edited(URL, 'url = "https:///click"'),
        "`https:///click` is not a URL that files are taken from (https, http or file)",
        21,
        id="no host",
    ),
    pytest.param(
        edited(URL, 'url = "https://[files/click"'),
        "`https://[files/click` is not a URL that files are taken from (https, http or file)",
        21,
        id="no URL",
    ),
    pytest.param(
        edited('name = "click"\nversion', 'name = "Click"\nversion'),
        "`Click` is no normalised name",
        21,
        id="name that is not normalised",
    ),
    pytest.param(
        edited('version = "8.1.7"', 'version = "latest"'),
        "`click` has no version: `latest`",
        21,
        id="no version",
    ),
    pytest.param(
        edited('version = "8.1.7"', f'version = "1{"0" * 5000}"'),
        f"`click` has no version: `1{'0' * 5000}`",
        21,
        id="huge version",
    ),
    pytest.param(
        edited('because = "newest"', 'because = "\\u001b[2J"'),
        r"'\x1b[2J' holds a control character",
        21,
        id="terminal codes",
    ),
    pytest.param(
        edited('path = "libs/lib", editable = false }', 'path = "/etc", editable = false }'),
        "`/etc` is not relative to the lock",
        75,
        id="absolute path",
    ),
    pytest.param(
        edited('path = "libs/lib", editable = false }', 'path = "../lib", editable = false }'),
        "`lib` comes from `../lib`, which its program's sources do not say",
        75,
        id="another tree",
    ),
    pytest.param(
        edited('directory = { path = "libs/lib", editable = false }\n', ""),
        "`lib` has neither a file nor another source",
        75,
        id="no file",
    ),
    pytest.param(
        edited('    "jobs",\n', ""),
        "`dependency-groups` and `tool.assembler.programs` name other programs",
        0,
        id="another program",
    ),
    pytest.param(
        edited("== 'AMD64'", "== 'ARM64'"),
        "`environments` and `tool.assembler.targets` describe other machines",
        0,
        id="another machine",
    ),
    pytest.param(
        edited('system = "windows"', 'system = "plan9"'),
        "target `windows-x86_64` is no machine",
        0,
        id="no machine",
    ),
    pytest.param(
        edited("c" * 64, "c" * 8),
        "`https://files.example/data.zip` has no sha256 or no size",
        0,
        id="artifact without hash",
    ),
]


@pytest.mark.parametrize(("text", "message", "line"), TAMPERED)
def test_a_lock_that_was_tampered_with(text: str, message: str, line: int):
    error = failure(text)

    assert isinstance(error, IntegrityError)
    assert error.message == message
    assert (error.origin.line if error.origin else -1) == line


def test_a_conflict_shows_its_line():
    error = failure(edited('name = "click"', '<<<<<<< HEAD\nname = "click"'))

    assert error.origin is not None
    assert str(error.origin) == "pylock.toml:22"
    assert error.origin.excerpt == "<<<<<<< HEAD"
    assert error.hints == ("take either side, then run `assemble lock`",)


def test_line_ends_of_another_system_change_nothing():
    assert loads(GOOD.replace("\n", "\r\n"), "pylock.toml") == loads(GOOD, "pylock.toml")


def test_other_tools_tables_change_nothing():
    more = GOOD.replace("[tool.assembler]\n", "[tool.other]\nx = 1\n\n[tool.assembler]\n", 1)

    assert loads(more, "pylock.toml") == loads(GOOD, "pylock.toml")
