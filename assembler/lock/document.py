"""The shape of a `pylock.toml` of ours (PEP 751), as far as it is read."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

import msgspec
import tomli
from msgspec import Meta

from assembler.errors import LockError
from assembler.lock.references import Reference
from assembler.lock.remarks import Remarks
from assembler.model.lock import LockedArtifact, LockedRepository, ProgramInputs
from assembler.model.resolution import TreeSource
from assembler.model.target import Target
from assembler.origin import Origin

LOCK_VERSION = "1.0"
SCHEMA = 1
RELOCK = "run `assemble lock` to write a new one"

SHA256 = r"[0-9a-f]{64}"

Sha256 = Annotated[str, Meta(pattern=rf"^{SHA256}\Z")]
Size = Annotated[int, Meta(ge=0)]

_CONFLICT = r"(?m)^(<{7}|={7}|>{7}|\|{7})( |$)"
_MARKS = tuple(7 * mark for mark in "<=>|")
_AT_ENTRY = r"\$\.packages\[(\d+)\]"
_ENTRY_HEADER = "[[packages]]"


class Hashes(msgspec.Struct, frozen=True):
    """The hashes of a file."""

    sha256: Sha256


class FileTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """A wheel or sdist."""

    name: str
    url: str
    hashes: Hashes
    size: Size | None = None
    upload_time: datetime | None = None


class ArchiveTable(msgspec.Struct, frozen=True, kw_only=True):
    """A wheel or sdist that is the only source of an entry."""

    hashes: Hashes
    size: Size
    url: str | None = None
    path: str | None = None


class VcsTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """A commit of a repository that is the only source of an entry."""

    type: Literal["git"]
    url: str
    commit_id: str
    requested_revision: str | None = None
    subdirectory: str = ""


class ToolOfEntry(msgspec.Struct, frozen=True):
    """The `tool` table of an entry."""

    assembler: Remarks = Remarks()


class EntryTable(msgspec.Struct, frozen=True, kw_only=True):
    """One of `[[packages]]`."""

    name: str
    marker: str
    version: str | None = None
    index: str | None = None
    dependencies: tuple[Reference, ...] = ()
    directory: TreeSource | None = None
    archive: ArchiveTable | None = None
    vcs: VcsTable | None = None
    sdist: FileTable | None = None
    wheels: tuple[FileTable, ...] = ()
    tool: ToolOfEntry = ToolOfEntry()


class AssemblerTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """The `[tool.assembler]` table."""

    version: str
    targets: tuple[Target, ...] = ()
    exclude_newer: datetime | None = None
    exclude_newer_rule: str | None = None
    exclude_newer_instants: dict[str, datetime] = {}
    artifacts: tuple[LockedArtifact, ...] = ()
    repositories: tuple[LockedRepository, ...] = ()
    programs: dict[str, ProgramInputs] = {}


class ToolTable(msgspec.Struct, frozen=True):
    """The `tool` table of the lock."""

    assembler: AssemblerTable


class LockDocument(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """The whole file."""

    environments: tuple[str, ...]
    dependency_groups: tuple[str, ...]
    packages: tuple[EntryTable, ...]
    tool: ToolTable


class _Schema(msgspec.Struct, frozen=True):
    schema: int = 0
    version: str = ""


class _SchemaTool(msgspec.Struct, frozen=True):
    assembler: _Schema | None = None


class _Versions(msgspec.Struct, frozen=True, rename="kebab"):
    lock_version: str = ""
    created_by: str = ""
    tool: _SchemaTool = _SchemaTool()


def parse(table: Mapping[str, object], text: str, file: str) -> LockDocument:
    """Read the table that the text says as far as its shape goes. Raises `LockError`."""
    try:
        _check_versions(msgspec.convert(table, _Versions), file)
        return msgspec.convert(table, LockDocument)
    except msgspec.ValidationError as error:
        raise _misshapen(str(error), text, file) from error


def entry_origins(text: str, file: str, count: int) -> tuple[Origin, ...]:
    """Where each of `count` entries begins, as far as the text shows it."""
    found = [
        Origin(file=file, line=number, column=1, width=len(_ENTRY_HEADER), excerpt=_ENTRY_HEADER)
        for number, line in enumerate(text.split("\n"), start=1)
        if line.rstrip() == _ENTRY_HEADER
    ]
    return (*found[:count], *[Origin(file=file)] * (count - len(found)))


def toml(text: str, file: str) -> dict[str, object]:
    """Read the text as TOML. Raises `LockError`."""
    if not text.strip():
        raise LockError(f"`{file}` is empty", origin=Origin(file=file), hints=(RELOCK,))
    if conflict := _conflict(text):
        raise LockError(
            f"`{file}` has an unresolved merge conflict",
            origin=_line(text, file, conflict.start()),
            hints=("take either side, then run `assemble lock`",),
        )
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise LockError(
            f"`{file}` is not TOML: {_lowered(error.msg)}",
            origin=_line(text, file, error.pos),
            hints=(RELOCK,),
        ) from error
    except (RecursionError, ValueError) as error:
        raise LockError(f"`{file}` holds what no lock needs", hints=(RELOCK,)) from error


def _conflict(text: str) -> re.Match[str] | None:
    """The first mark of a merge that nobody resolved."""
    return re.search(_CONFLICT, text) if any(mark in text for mark in _MARKS) else None


def _check_versions(versions: _Versions, file: str) -> None:
    ours = versions.tool.assembler
    if ours is None:
        author = f" but by `{versions.created_by}`" if versions.created_by else ""
        raise LockError(
            f"`{file}` was not written by assembler{author}",
            origin=Origin(file=file),
            hints=("move it away, then run `assemble lock`",),
        )
    if ours.schema > SCHEMA:
        raise LockError(
            f"`{file}` was written by a newer assembler ({ours.version or 'unknown version'})",
            origin=Origin(file=file),
            details=(f"its schema is {ours.schema}, this assembler knows {SCHEMA}",),
            hints=("upgrade assembler",),
        )
    if versions.lock_version.partition(".")[0] != LOCK_VERSION.partition(".")[0]:
        raise LockError(
            f"`{file}` has lock-version `{versions.lock_version}`, "
            f"this assembler knows `{LOCK_VERSION}`",
            origin=Origin(file=file),
            hints=("upgrade assembler, or " + RELOCK,),
        )


def _misshapen(message: str, text: str, file: str) -> LockError:
    what, _, path = message.partition(" - at ")
    place = re.search(_AT_ENTRY, path)
    number = int(place[1]) + 1 if place else 0
    origin = entry_origins(text, file, number)[-1] if number else Origin(file=file)
    where = path.strip("`").removeprefix("$.")
    at = f" at `{where}`" if where not in ("", "$") else ""
    return LockError(f"`{file}` is damaged: {_lowered(what)}{at}", origin=origin, hints=(RELOCK,))


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]


def _line(text: str, file: str, position: int) -> Origin:
    begin = text.rfind("\n", 0, position) + 1
    return Origin(
        file=file,
        line=text.count("\n", 0, position) + 1,
        column=position - begin + 1,
        excerpt=text[begin:].partition("\n")[0].rstrip("\r"),
    )
