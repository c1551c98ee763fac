"""What a wheel says of itself: METADATA, WHEEL, RECORD and entry_points.txt, checked."""

import base64
import binascii
import configparser
import csv
import re
from collections.abc import Mapping
from email.parser import HeaderParser

import msgspec
from packaging.metadata import parse_email
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from assembler.adapters.archives.members import RefusedError
from assembler.model.distribution import EntryPoint
from assembler.model.paths import UnsafePathError, safe_name, safe_relpath

_HASHES = {"sha256": 32, "sha384": 48, "sha512": 64}
"""The algorithms of RECORD, and how many bytes their digests have."""

_WHEEL_VERSION = re.compile(r"1\.\d+")
_SIZE = re.compile(r"[0-9]{1,18}")
_SCRIPT_GROUPS = ("console_scripts", "gui_scripts")
_OBJECT = re.compile(
    r"(?P<module>[^\W\d]\w*(?:\.[^\W\d]\w*)*)\s*:\s*"
    r"(?P<attribute>[^\W\d]\w*(?:\.[^\W\d]\w*)*)\s*(?:\[[^\]]*\])?"
)


class RecordLine(msgspec.Struct, frozen=True):
    """What RECORD says of one file: hash algorithm, digest, and size in bytes if given."""

    algorithm: str
    digest: bytes
    size: int | None


class _CaseSensitive(configparser.RawConfigParser):
    def optionxform(self, optionstr: str) -> str:
        return optionstr


def check_identity(text: str, name: str, version: Version) -> None:
    """Check that METADATA is that of this distribution and version."""
    raw, _ = parse_email(text)
    given_name, given_version = raw.get("name"), raw.get("version")
    if given_name is None or given_version is None:
        raise RefusedError("METADATA has no name or no version, or two")
    if canonicalize_name(given_name) != name:
        raise RefusedError(f"METADATA is of `{given_name}`")
    try:
        same = Version(given_version) == version
    except InvalidVersion:
        same = False
    if not same:
        raise RefusedError(f"METADATA is of version {given_version}")


def check_wheel_file(text: str) -> None:
    """Check that WHEEL is of format 1.x and says where its files go."""
    headers = HeaderParser().parsestr(text)
    versions = headers.get_all("Wheel-Version", [])
    if len(versions) != 1 or not _WHEEL_VERSION.fullmatch(str(versions[0]).strip()):
        raise RefusedError("its Wheel-Version is not 1.x")
    if headers.get_all("Root-Is-Purelib", []) not in (["true"], ["false"]):
        raise RefusedError("Root-Is-Purelib is neither `true` nor `false`")


def parse_record(text: str) -> Mapping[str, RecordLine | None]:
    """RECORD by path; `None` for a line without a hash."""
    lines: dict[str, RecordLine | None] = {}
    try:
        rows = list(csv.reader(text.splitlines(), strict=True))
    except csv.Error as error:
        raise RefusedError(f"RECORD is malformed: {error}") from None
    for row in rows:
        if len(row) != 3:  # noqa: PLR2004 - path, hash, size
            raise RefusedError(f"RECORD has a line of {len(row)} fields")
        path, line = safe_relpath(row[0]), _record_line(row[0], row[1], row[2])
        if path in lines:
            raise RefusedError(f"RECORD names `{path}` twice")
        lines[path] = line
    return lines


def _record_line(path: str, hashed: str, size: str) -> RecordLine | None:
    if not hashed:
        return None
    algorithm, _, value = hashed.partition("=")
    if algorithm not in _HASHES:
        raise RefusedError(f"RECORD has a hash `{algorithm}` for `{path}`")
    try:
        digest = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError(f"RECORD has a malformed hash for `{path}`") from None
    if len(digest) != _HASHES[algorithm]:
        raise RefusedError(f"RECORD has a malformed hash for `{path}`")
    if size and not _SIZE.fullmatch(size):
        raise RefusedError(f"RECORD has a malformed size for `{path}`")
    return RecordLine(algorithm, digest, int(size) if size else None)


def parse_entry_points(text: str) -> tuple[EntryPoint, ...]:
    """The console and gui scripts of entry_points.txt, sorted by name."""
    parser = _CaseSensitive(delimiters=("=",), comment_prefixes=("#", ";"))
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise RefusedError(f"entry_points.txt is malformed: {error.message}") from None
    found: dict[str, EntryPoint] = {}
    for group in _SCRIPT_GROUPS:
        for name, value in parser.items(group) if parser.has_section(group) else ():
            entry = _entry_point(name, value or "")
            if found.setdefault(name, entry) != entry:
                raise RefusedError(f"it offers the script `{name}` twice")
    return tuple(found[name] for name in sorted(found))


def _entry_point(name: str, value: str) -> EntryPoint:
    try:
        safe_name(name)
    except UnsafePathError as error:
        raise RefusedError(f"the script name {error}") from None
    match = _OBJECT.fullmatch(value.strip())
    if match is None:
        raise RefusedError(f"the script `{name}` is not `module:object` but `{value}`")
    return EntryPoint(name, match["module"], match["attribute"])
