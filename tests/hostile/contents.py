"""Wheels that contradict themselves, or name what they may not."""

from collections.abc import Iterator, Mapping

from tests.hostile.case import INFO, INTEGRITY, UNSATISFIABLE, WHEEL, Case, wheel
from tests.hostile.zips import FILES
from tests.wheels import metadata, record_hash, record_of, zip_bytes

RECORD = f"{INFO}/RECORD"
INIT = "victim/__init__.py"
DATA = "victim-1.0.data"
TRUE = record_of(FILES, RECORD)
FIRST, *_REST = TRUE.decode().splitlines(keepends=True)
REST = "".join(_REST).encode()


def built(changes: Mapping[str, bytes | None] = {}, record: bytes | None = None) -> bytes:
    """A wheel with other files; `None` leaves one out, and RECORD fits unless it is given."""
    files = {path: content for path, content in {**FILES, **changes}.items() if content is not None}
    lines = record_of(files, RECORD) if record is None else record
    return zip_bytes({**files, RECORD: lines})


def entries(text: str) -> bytes:
    """A wheel with these entry points."""
    return built({f"{INFO}/entry_points.txt": text.encode()})


def script(line: str) -> bytes:
    """A wheel with one console script."""
    return entries(f"[console_scripts]\n{line}\n")


def about(text: str) -> bytes:
    """A wheel with this METADATA."""
    return built({f"{INFO}/METADATA": text.encode()})


def described(text: str) -> bytes:
    """A wheel with this WHEEL."""
    return built({f"{INFO}/WHEEL": text.encode()})


NO_METADATA = f"`{WHEEL}` has no `METADATA` of its own"
VERSION_1 = "its Wheel-Version is not 1.x"

REFUSED: dict[str, tuple[bytes, str]] = {
    "without .dist-info": (zip_bytes({INIT: b""}), NO_METADATA),
    "with a second .dist-info": (
        built({"evil-1.0.dist-info/METADATA": b""}),
        "it has 2 .dist-info directories, not one",
    ),
    "without METADATA": (built({f"{INFO}/METADATA": None}), NO_METADATA),
    "without WHEEL": (built({f"{INFO}/WHEEL": None}), "it has no WHEEL"),
    "without RECORD": (zip_bytes(FILES), "it has no RECORD"),
    "with METADATA of another distribution": (
        about(metadata("evil", "1.0")),
        f"the metadata of `{WHEEL}` is of `evil 1.0`",
    ),
    "with METADATA of another version": (
        about(metadata("victim", "6.6")),
        f"the metadata of `{WHEEL}` is of `victim 6.6`",
    ),
    "with METADATA of two names": (
        about("Metadata-Version: 2.1\nName: victim\nName: evil\nVersion: 1.0\n"),
        "METADATA",
    ),
    "with METADATA without a name": (
        about("Metadata-Version: 2.1\nVersion: 1.0\n"),
        "it has no name or no version",
    ),
    "with METADATA that is not UTF-8": (
        built({f"{INFO}/METADATA": b"Name: victim\nVersion: 1.0\nSummary: \xff\n"}),
        "METADATA",
    ),
    "of Wheel-Version 2": (
        described("Wheel-Version: 2.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
        VERSION_1,
    ),
    "of Wheel-Version 1.x": (
        described("Wheel-Version: 1.x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
        VERSION_1,
    ),
    "without a Wheel-Version": (
        described("Root-Is-Purelib: true\nTag: py3-none-any\n"),
        VERSION_1,
    ),
    "that may be pure": (
        described("Wheel-Version: 1.0\nRoot-Is-Purelib: maybe\nTag: py3-none-any\n"),
        "Root-Is-Purelib is neither `true` nor `false`",
    ),
    "with a file that RECORD does not name": (
        built(record=REST),
        f"RECORD does not name `{INIT}`",
    ),
    "with a RECORD of a file that is not there": (
        built(record=TRUE + b"gone.py,sha256=" + b"A" * 43 + b",0\n"),
        "RECORD names `gone.py`, which is not there",
    ),
    "with a RECORD that leads outside": (
        built(record=TRUE + b"../../../../evil,,\n"),
        "has a component `..`",
    ),
    "with a RECORD of an absolute path": (
        built(record=TRUE + b"/tmp/evil,,\n"),
        "`/tmp/evil` is absolute",
    ),
    "with a RECORD without a hash": (
        built(record=f"{INIT},,20\n".encode() + REST),
        f"RECORD has no hash for `{INIT}`",
    ),
    "with a RECORD of MD5": (
        built(record=f"{INIT},md5=abc,20\n".encode() + REST),
        f"RECORD has a hash `md5` for `{INIT}`",
    ),
    "with a RECORD of SHA-1": (
        built(record=f"{INIT},sha1=abc,20\n".encode() + REST),
        f"RECORD has a hash `sha1` for `{INIT}`",
    ),
    "with a RECORD of a malformed hash": (
        built(record=f"{INIT},sha256=***,20\n".encode() + REST),
        f"RECORD has a malformed hash for `{INIT}`",
    ),
    "with a RECORD of a short hash": (
        built(record=f"{INIT},sha256=abcd,20\n".encode() + REST),
        f"RECORD has a malformed hash for `{INIT}`",
    ),
    "with a RECORD of a negative size": (
        built(record=f"{INIT},{record_hash(FILES[INIT])},-1\n".encode() + REST),
        f"RECORD has a malformed size for `{INIT}`",
    ),
    "with a RECORD of another hash": (
        built(record=f"{INIT},{record_hash(b'x')},20\n".encode() + REST),
        f"`{INIT}` differs from RECORD",
    ),
    "with a RECORD of another size": (
        built(record=f"{INIT},{record_hash(FILES[INIT])},21\n".encode() + REST),
        f"`{INIT}` differs from RECORD",
    ),
    "with a RECORD of a line twice": (
        built(record=FIRST.encode() + TRUE),
        f"RECORD names `{INIT}` twice",
    ),
    "with a RECORD of two fields": (built(record=b"a,b\n"), "RECORD has a line of 2 fields"),
    "with a RECORD of an open quote": (built(record=b'"a'), "RECORD is malformed"),
    "with an empty RECORD": (built(record=b""), "RECORD does not name"),
    "with a script that leads outside": (
        script("../evil = victim:main"),
        "the script name `../evil` holds a slash",
    ),
    "with a script of an absolute path": (
        script("/tmp/evil = victim:main"),
        "the script name `/tmp/evil` holds a slash",
    ),
    "with a script of a control character": (
        script("x\x07 = victim:main"),
        "holds the character `U+0007`",
    ),
    "with a script called `..`": (script(".. = victim:main"), "`..`"),
    "with a script without an object": (
        script("evil = victim"),
        "the script `evil` is not `module:object`",
    ),
    "with a script that is code": (
        script("evil = victim:main; import os"),
        "the script `evil` is not `module:object`",
    ),
    "with a script that is code in brackets": (
        script("evil = victim:(__import__('os').system('true'))"),
        "the script `evil` is not `module:object`",
    ),
    "with a script of a newline in its module": (
        entries("[console_scripts]\nevil = victim\n  import os:main\n"),
        "not `module:object`",
    ),
    "with two scripts of one name": (
        entries("[console_scripts]\nx = victim:a\n[gui_scripts]\nx = victim:b\n"),
        "it offers the script `x` twice",
    ),
    "with data in no place": (
        built({f"{DATA}/elsewhere/x": b""}),
        "is in no place that a wheel has",
    ),
    "with data without a place": (built({f"{DATA}/x": b""}), "is in no place that a wheel has"),
    "with data that lead outside": (
        built({f"{DATA}/data/../../evil": b""}),
        "has a component `..`",
    ),
    "with a script below a directory": (
        built({f"{DATA}/scripts/d/x": b"#!python\n"}),
        "is in a directory",
    ),
    "with two .data directories": (
        built({f"{DATA}/data/x": b"", "Victim-1.0.data/data/x": b""}),
        "it has two .data directories",
    ),
    "with .data of another distribution": (
        built({"evil-1.0.data/data/x": b""}),
        "its directory `evil-1.0.data` is of another distribution",
    ),
    "with a file where .data puts another": (
        built({f"{DATA}/purelib/victim/__init__.py": b"evil = 1\n"}),
        f"`site/{INIT}` is there twice",
    ),
}


def cases() -> Iterator[Case]:
    """Each as a wheel on an index that tells its true hash."""
    for name, (content, reason) in REFUSED.items():
        yield Case(name=f"a wheel {name}", publish=wheel(content), refused=reason, code=INTEGRITY)
    yield Case(
        name="a wheel with a file in place of the environment's configuration",
        publish=wheel(built({f"{DATA}/data/pyvenv.cfg": b"home = /tmp\n"})),
        refused="brings `pyvenv.cfg`, which every environment has of its own",
        code=UNSATISFIABLE,
    )
    yield Case(
        name="a wheel with a script in place of the environment's Python",
        publish=wheel(built({f"{DATA}/scripts/python": b"#!python\nraise SystemExit(1)\n"})),
    )
