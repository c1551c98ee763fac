"""Locks that somebody edited: what was changed, and what a build must say."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from tests.wheels import make_wheel

EVIL = "e" * 64

Edit = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Tampering:
    """An edit of a lock, and a piece of what is told, with its exit code."""

    name: str
    edit: Edit
    told: str
    code: int


def swapped(before: str, after: str) -> Edit:
    """Replace what a pattern matches first."""

    def edit(text: str) -> str:
        found, count = re.subn(before, after, text, count=1, flags=re.DOTALL)
        assert count == 1, f"{before} is not in the lock"
        return found

    return edit


def added(text: str) -> Edit:
    """Append to the lock."""
    return lambda lock: lock + text


ENTRY = r"\[\[packages\]\]\nname = \"helper\".*?(?=\[\[packages\]\])"
EVIL_WHEEL, EVIL_CONTENT = make_wheel("evil", "1.0")
EVIL_FILE = (
    f'size = {len(EVIL_CONTENT)}, hashes = {{ sha256 = "{sha256(EVIL_CONTENT).hexdigest()}" }}'
)
EVIL_ENTRY = rf"""[[packages]]
name = "evil"
version = "1.0"
marker = "'app' in dependency_groups"
index = "\2"
wheels = [
    {{ name = "{EVIL_WHEEL}", url = "\2../files/{EVIL_WHEEL}", {EVIL_FILE} }},
]
[packages.tool.assembler]
because = "newest"

"""
TWICE = rf"({ENTRY})"
DAMAGED = 4
STALE = 6

TAMPERINGS = (
    Tampering(
        name="another hash",
        edit=swapped(r'sha256 = "[0-9a-f]{64}"', f'sha256 = "{EVIL}"'),
        told="has another hash than expected",
        code=DAMAGED,
    ),
    Tampering(
        name="a hash that is none",
        edit=swapped(r'sha256 = "[0-9a-f]{64}"', 'sha256 = "evil"'),
        told="`pylock.toml` is damaged",
        code=STALE,
    ),
    Tampering(
        name="a hash that is weak",
        edit=swapped(r'hashes = \{ sha256 = "[0-9a-f]{64}" \}', 'hashes = { md5 = "0" }'),
        told="`pylock.toml` is damaged",
        code=STALE,
    ),
    Tampering(
        name="no hash",
        edit=swapped(r', hashes = \{ sha256 = "[0-9a-f]{64}" \}', ""),
        told="`pylock.toml` is damaged",
        code=STALE,
    ),
    Tampering(
        name="another size",
        edit=swapped(r"size = \d+", "size = 7"),
        told="is larger than 7 bytes",
        code=DAMAGED,
    ),
    Tampering(
        name="a negative size",
        edit=swapped(r"size = \d+", "size = -1"),
        told="`pylock.toml` is damaged",
        code=STALE,
    ),
    Tampering(
        name="a URL on another host",
        edit=swapped(r'url = "http://127.0.0.1:\d+/', 'url = "https://evil.invalid/'),
        told="is on `evil.invalid`, where its files should not be",
        code=DAMAGED,
    ),
    Tampering(
        name="a URL of another scheme",
        edit=swapped(r'url = "http://127.0.0.1:\d+/[^"]*/', 'url = "file:///tmp/'),
        told="is a file of this machine, where its files should not be",
        code=DAMAGED,
    ),
    Tampering(
        name="a URL of another file",
        edit=swapped("/files/helper-1.0", "/files/helper-2.0"),
        told="has another hash than expected",
        code=DAMAGED,
    ),
    Tampering(
        name="a file name that leads outside",
        edit=swapped(r'name = "helper-1.0-py3-none-any.whl"', 'name = "../../evil.whl"'),
        told="`../../evil.whl` is no file name",
        code=DAMAGED,
    ),
    Tampering(
        name="a file name of another distribution",
        edit=swapped("helper-1.0-py3-none-any.whl", "evil-1.0-py3-none-any.whl"),
        told="`evil-1.0-py3-none-any.whl` is not `helper` 1.0",
        code=DAMAGED,
    ),
    Tampering(
        name="a name that leads outside",
        edit=swapped(r'name = "helper"\n', 'name = "../evil"\n'),
        told="`../evil` is no normalised name",
        code=DAMAGED,
    ),
    Tampering(
        name="another version",
        edit=swapped(r'name = "helper"\nversion = "1.0"', 'name = "helper"\nversion = "2.0"'),
        told="`helper-1.0-py3-none-any.whl` is not `helper` 2.0",
        code=DAMAGED,
    ),
    Tampering(
        name="a version that is none",
        edit=swapped(r'name = "helper"\nversion = "1.0"', 'name = "helper"\nversion = "evil"'),
        told="`helper` has no version: `evil`",
        code=DAMAGED,
    ),
    Tampering(
        name="another marker",
        edit=swapped(
            "marker = \"'app' in dependency_groups\"",
            "marker = \"'app' in dependency_groups and sys_platform == 'win32'\"",
        ),
        told="it requires `helper`, the lock does not say so",
        code=DAMAGED,
    ),
    Tampering(
        name="a marker that is none",
        edit=swapped("marker = \"'app' in dependency_groups\"", 'marker = "evil("'),
        told="`pylock.toml` is damaged",
        code=STALE,
    ),
    Tampering(
        name="an entry less",
        edit=swapped(ENTRY, ""),
        told="it requires `helper`, the lock does not say so",
        code=DAMAGED,
    ),
    Tampering(
        name="an entry twice",
        edit=swapped(TWICE, r"\1\1"),
        told="`helper` is locked twice for `app`",
        code=DAMAGED,
    ),
    Tampering(
        name="an entry more",
        edit=lambda lock: swapped(
            TWICE, "".join(re.findall(ENTRY, lock, re.DOTALL)).replace("helper", "evil") + r"\1"
        )(lock),
        told="has another hash than expected",
        code=DAMAGED,
    ),
    Tampering(
        name="an entry more that is whole",
        edit=swapped(r'(\[\[packages\]\].*?index = "([^"]*)".*?\n\n)', EVIL_ENTRY + r"\1"),
        told="nothing requires `evil`, which is in the lock",
        code=DAMAGED,
    ),
    Tampering(
        name="a dependency less",
        edit=swapped(r'dependencies = \[\n    \{ name = "helper" \},\n\]\n', ""),
        told="it requires `helper`, the lock does not say so",
        code=DAMAGED,
    ),
    Tampering(
        name="a dependency more",
        edit=swapped(
            r'(name = "helper"\nversion = "1.0"\nmarker = [^\n]*\nindex = [^\n]*\n)',
            r'\1dependencies = [\n    { name = "victim" },\n]\n',
        ),
        told="the lock says `victim`, it does not require that",
        code=DAMAGED,
    ),
    Tampering(
        name="another requirement recorded",
        edit=swapped(r'requires = \["victim"\]', 'requires = ["evil"]'),
        told="`app` now requires `victim`",
        code=STALE,
    ),
    Tampering(
        name="another index recorded",
        edit=swapped(r'"\*" = "http://127.0.0.1:\d+/', '"*" = "https://evil.invalid/'),
        told="the index of `app` is now",
        code=STALE,
    ),
    Tampering(
        name="a later schema",
        edit=swapped("schema = 1", "schema = 99"),
        told="was written by a newer assembler",
        code=STALE,
    ),
    Tampering(
        name="a later version of the format",
        edit=swapped('lock-version = "1.0"', 'lock-version = "2.0"'),
        told="has lock-version `2.0`",
        code=STALE,
    ),
    Tampering(
        name="no target",
        edit=swapped(r"\[\[tool.assembler.targets\]\].*?\n\n", ""),
        told="describe other machines",
        code=DAMAGED,
    ),
    Tampering(
        name="merge markers",
        edit=swapped('version = "1.0"', '<<<<<<< ours\nversion = "1.0"\n=======\n>>>>>>> theirs'),
        told="has an unresolved merge conflict",
        code=STALE,
    ),
    Tampering(name="nothing in it", edit=lambda _: "", told="is empty", code=STALE),
    Tampering(
        name="only a comment in it",
        edit=lambda _: "# hello\n",
        told="was not written by assembler",
        code=STALE,
    ),
    Tampering(
        name="a cut-off end",
        edit=lambda lock: lock[: len(lock) // 2],
        told="is not TOML",
        code=STALE,
    ),
    Tampering(name="a NUL in it", edit=added("\0"), told="is not TOML", code=STALE),
    Tampering(
        name="a table twice", edit=added("\n[tool.assembler]\n"), told="is not TOML", code=STALE
    ),
    Tampering(
        name="arrays without end",
        edit=added("x = " + "[" * 5000),
        told="holds what no lock needs",
        code=STALE,
    ),
)
