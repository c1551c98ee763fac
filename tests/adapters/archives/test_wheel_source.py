"""What a wheel must agree on with itself before anything of it is installed."""

import base64
import hashlib
import io
from collections.abc import Mapping

import pytest

from assembler.adapters.archives.members import RefusedError
from assembler.adapters.archives.wheel_source import ValidatedWheel
from assembler.adapters.archives.zip_archive import ZipArchive
from assembler.model.limits import DEFAULTS
from assembler.model.paths import UnsafePathError
from tests.wheels import metadata, record_hash, record_of, zip_bytes

NAME = "Some_Thing-1.0-py3-none-any.whl"
INFO = "some_thing-1.0.dist-info"
FILES = {
    "some_thing/__init__.py": b"value = 1\n",
    f"{INFO}/METADATA": metadata("some.thing", "1.0").encode(),
    f"{INFO}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}


def wheel(changes: Mapping[str, bytes | None] = {}, record: bytes | None = None) -> bytes:
    """A wheel with other files; `None` leaves one out, and RECORD fits unless it is given."""
    files = {path: content for path, content in {**FILES, **changes}.items() if content is not None}
    lines = record_of(files, f"{INFO}/RECORD") if record is None else record
    return zip_bytes({**files, f"{INFO}/RECORD": lines})


def read(data: bytes, name: str = NAME) -> tuple[ValidatedWheel, dict[str, bytes]]:
    source = ValidatedWheel(name, ZipArchive(io.BytesIO(data), DEFAULTS), DEFAULTS)
    return source, {entry.path: b"".join(source.content(entry)) for entry in source.files}


def entries(text: str) -> bytes:
    return wheel({f"{INFO}/entry_points.txt": text.encode()})


def script(value: str) -> bytes:
    return entries(f"[console_scripts]\n{value}\n")


RECORD = record_of(FILES, f"{INFO}/RECORD")
FIRST, *OTHERS = RECORD.decode().splitlines(keepends=True)
REST = "".join(OTHERS).encode()
INIT = "some_thing/__init__.py"
REFUSED = {
    "no .dist-info": (zip_bytes({"a.py": b""}), "it has 0 .dist-info directories, not one"),
    "two .dist-info": (
        wheel({"other-1.0.dist-info/METADATA": b""}),
        "it has 2 .dist-info directories, not one",
    ),
    "no METADATA": (wheel({f"{INFO}/METADATA": None}), "it has no METADATA"),
    "no WHEEL": (wheel({f"{INFO}/WHEEL": None}), "it has no WHEEL"),
    "no RECORD": (zip_bytes(FILES), "it has no RECORD"),
    "METADATA of another": (
        wheel({f"{INFO}/METADATA": metadata("other", "1.0").encode()}),
        "METADATA is of `other`",
    ),
    "METADATA of another version": (
        wheel({f"{INFO}/METADATA": metadata("some-thing", "1.1").encode()}),
        "METADATA is of version 1.1",
    ),
    "METADATA with two names": (
        wheel({f"{INFO}/METADATA": b"Name: some-thing\nName: other\nVersion: 1.0\n"}),
        "METADATA has no name or no version, or two",
    ),
    "METADATA that is not UTF-8": (
        wheel({f"{INFO}/METADATA": b"\xff"}),
        "its METADATA is not UTF-8",
    ),
    "Wheel-Version 2": (
        wheel({f"{INFO}/WHEEL": b"Wheel-Version: 2.0\nRoot-Is-Purelib: true\n"}),
        "its Wheel-Version is not 1.x",
    ),
    "Wheel-Version that only starts well": (
        wheel({f"{INFO}/WHEEL": b"Wheel-Version: 1.x\nRoot-Is-Purelib: true\n"}),
        "its Wheel-Version is not 1.x",
    ),
    "no Wheel-Version": (
        wheel({f"{INFO}/WHEEL": b"Root-Is-Purelib: true\n"}),
        "its Wheel-Version is not 1.x",
    ),
    "odd Root-Is-Purelib": (
        wheel({f"{INFO}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: maybe\n"}),
        "Root-Is-Purelib is neither `true` nor `false`",
    ),
    "file that RECORD does not name": (wheel(record=REST), f"RECORD does not name `{INIT}`"),
    "file that is not there": (
        wheel(record=RECORD + b"gone.py,sha256=" + b"A" * 43 + b",0\n"),
        "RECORD names `gone.py`, which is not there",
    ),
    "RECORD that leads outside": (
        wheel(record=RECORD + b"../../bin/x,,\n"),
        "`../../bin/x` has a component `..`",
    ),
    "RECORD without a hash": (
        wheel(record=f"{INIT},,10\n".encode() + REST),
        f"RECORD has no hash for `{INIT}`",
    ),
    "RECORD with a weak hash": (
        wheel(record=f"{INIT},md5=abc,10\n".encode() + REST),
        f"RECORD has a hash `md5` for `{INIT}`",
    ),
    "RECORD with a malformed hash": (
        wheel(record=f"{INIT},sha256=***,10\n".encode() + REST),
        f"RECORD has a malformed hash for `{INIT}`",
    ),
    "RECORD with a short hash": (
        wheel(record=f"{INIT},sha256=abcd,10\n".encode() + REST),
        f"RECORD has a malformed hash for `{INIT}`",
    ),
    "RECORD with an odd size": (
        wheel(record=f"{INIT},{record_hash(FILES[INIT])},-1\n".encode() + REST),
        f"RECORD has a malformed size for `{INIT}`",
    ),
    "RECORD with another hash": (
        wheel(record=f"{INIT},{record_hash(b'x')},10\n".encode() + REST),
        f"`{INIT}` differs from RECORD",
    ),
    "RECORD with another size": (
        wheel(record=f"{INIT},{record_hash(FILES[INIT])},11\n".encode() + REST),
        f"`{INIT}` differs from RECORD",
    ),
    "RECORD with a line twice": (
        wheel(record=FIRST.encode() + RECORD),
        f"RECORD names `{INIT}` twice",
    ),
    "RECORD with two fields": (wheel(record=b"a,b\n"), "RECORD has a line of 2 fields"),
    "RECORD with an open quote": (
        wheel(record=b'"a'),
        "RECORD is malformed: unexpected end of data",
    ),
    "script name with a slash": (
        script("../x = a:b"),
        "the script name `../x` holds a slash",
    ),
    "script name with a control character": (
        script("x\x07 = a:b"),
        "the script name `x\\x07` holds the character `U+0007`",
    ),
    "entry point without an object": (
        script("x = module"),
        "the script `x` is not `module:object` but `module`",
    ),
    "entry point that is code": (
        script("x = a:b; import os"),
        "the script `x` is not `module:object` but `a:b; import os`",
    ),
    "one script twice": (
        entries("[console_scripts]\nx = a:b\n[gui_scripts]\nx = a:c\n"),
        "it offers the script `x` twice",
    ),
    "data in no place": (
        wheel({"some_thing-1.0.data/elsewhere/x": b""}),
        "`some_thing-1.0.data/elsewhere/x` is in no place that a wheel has",
    ),
    "data without a place": (
        wheel({"some_thing-1.0.data/x": b""}),
        "`some_thing-1.0.data/x` is in no place that a wheel has",
    ),
    "script in a directory": (
        wheel({"some_thing-1.0.data/scripts/d/x": b""}),
        "the script `some_thing-1.0.data/scripts/d/x` is in a directory",
    ),
    "two .data directories": (
        wheel({"some_thing-1.0.data/data/x": b"", "some.thing-1.0.data/data/x": b""}),
        "it has two .data directories",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_wheel_that_contradicts_itself_is_refused(case: str) -> None:
    data, reason = REFUSED[case]
    with pytest.raises((RefusedError, UnsafePathError)) as caught:
        read(data)
    assert str(caught.value) == reason


@pytest.mark.parametrize("name", ["other-1.0-py3-none-any.whl", "some_thing-1.1-py3-none-any.whl"])
def test_the_file_name_must_be_that_of_the_distribution(name: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read(wheel(), name)
    assert str(caught.value) == f"its directory `{INFO}` is of another distribution"


@pytest.mark.parametrize("name", ["thing.whl", "thing-1.0.whl", "thing-x!y-py3-none-any.whl"])
def test_the_file_name_must_be_that_of_a_wheel(name: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read(wheel(), name)
    assert str(caught.value) == "its file name is not that of a wheel"


def test_the_whole_content_is_read() -> None:
    source, contents = read(wheel())
    assert (source.name, str(source.release)) == ("some-thing", "1.0")
    assert contents == {**FILES, f"{INFO}/RECORD": RECORD}


def test_bytecode_and_what_installers_write_are_left_out() -> None:
    extra = {
        "some_thing/__pycache__/x.cpython-312.pyc": b"evil",
        f"{INFO}/INSTALLER": b"someone",
        f"{INFO}/direct_url.json": b"{}",
    }
    _, contents = read(wheel(extra))
    assert not contents.keys() & extra.keys()


def test_other_strong_hashes_are_checked_too() -> None:
    digest = "sha512=" + base64.urlsafe_b64encode(hashlib.sha512().digest()).decode().rstrip("=")
    empty = wheel({INIT: b""}, record=f"{INIT},{digest},0\n".encode() + REST)
    assert read(empty)[1][INIT] == b""
    with pytest.raises(RefusedError, match="differs from RECORD"):
        read(wheel(record=f"{INIT},{digest},\n".encode() + REST))
