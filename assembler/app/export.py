"""`assemble export`: one program of the lock, for other installers."""

import re
from pathlib import PurePath
from typing import Literal, TypeAlias

import msgspec

from assembler.app.checkout import Checkout
from assembler.app.locking import locked
from assembler.app.services import Services
from assembler.app.shared_lock import reading_from
from assembler.app.sizes import holds
from assembler.app.tree import programs_named
from assembler.config.defaults import DEFAULT_INDEX
from assembler.errors import UsageError
from assembler.lock.export import Export, export_path
from assembler.lock.selection import fitting_target
from assembler.model.lock import Lock

Format: TypeAlias = Literal["requirements", "pylock"]

_PYLOCK = re.compile(r"pylock\.([^.]+\.)?toml")


class ExportRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What to export: a program and a target (where only one is meant they may be left out).

    `path` is the absolute path of the file to write, or `None` where the text is wanted.
    """

    format: Format
    program: str | None = None
    target: str | None = None
    path: PurePath | None = None


class ExportOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """An export. `changed` tells whether a file was written; `left_out` is what it does not hold.

    Each item of `left_out` is the command that installs a distribution without a hash.
    """

    program: str
    target: str
    text: str
    changed: bool
    left_out: tuple[str, ...]


def export(checkout: Checkout, services: Services, request: ExportRequest) -> ExportOutcome:
    """Export from the lock alone. Raises `LockError`, and `UsageError` where a choice is open."""
    checkout = reading_from(checkout, services)
    lock = locked(checkout, services)
    program = _program(lock, request.program)
    _check(checkout, request)
    machine = services.machine
    target = fitting_target(lock, machine.platform, machine.libc, request.target)
    exported = Export(lock, program, target, DEFAULT_INDEX)
    path = request.path
    place = export_path(checkout.folder if path is None else path.parent, checkout.folder)
    made = exported.pylock(place) if request.format == "pylock" else exported.requirements(place)
    return ExportOutcome(
        program=program,
        target=target.name,
        text=made.text,
        changed=path is not None and _write(path, made.text.encode(), services),
        left_out=tuple(made.unhashed.values()),
    )


def _program(lock: Lock, wanted: str | None) -> str:
    programs = programs_named(lock, wanted)
    if len(programs) == 1:
        return programs[0]
    if not programs:
        raise UsageError("the lock has no program to export")
    names = ", ".join(f"`{name}`" for name in programs)
    raise UsageError(
        f"the lock has several programs: {names}",
        hints=(f"choose with `--program {programs[0]}`",),
    )


def _check(checkout: Checkout, request: ExportRequest) -> None:
    path = request.path
    if path is None:
        return
    if path in {checkout.path, checkout.lock_path}:
        raise UsageError(f"`{path.name}` is no place for an export")
    if request.format == "pylock" and not _PYLOCK.fullmatch(path.name):
        raise UsageError(
            f"installers would not take `{path.name}` for a lock file",
            hints=("call it `pylock.NAME.toml`",),
        )


def _write(path: PurePath, content: bytes, services: Services) -> bool:
    files = services.files
    if holds(path, content, files):
        return False
    files.replace(path, content)
    return True
