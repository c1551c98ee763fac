"""A wheel becomes a stored tree: verified and unpacked, and described once it is compiled."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from io import BufferedReader
from pathlib import Path
from typing import assert_never

import msgspec

from assembler.adapters.archives.case import FoldsCase, check_case
from assembler.adapters.archives.libraries import reach_out
from assembler.adapters.archives.members import RefusedError, refusal
from assembler.adapters.archives.placing import (
    INSTALLER,
    SCRIPTS,
    Placed,
    bytecode_rows,
    launcher_rows,
    place,
    place_installer,
    record,
)
from assembler.adapters.archives.trees import write_contents
from assembler.adapters.archives.unpacked import (
    FinishRequest,
    RecordRow,
    Unpacked,
    UnpackRequest,
)
from assembler.adapters.archives.wheel_source import ValidatedWheel, VerifiedContent
from assembler.adapters.archives.writing import DIRECTORY_MODE, NewTree, write_new
from assembler.adapters.archives.zip_archive import ZipArchive
from assembler.errors import IntegrityError
from assembler.model.distribution import StoredFile, StoredWheel, WheelContents
from assembler.model.limits import Limits
from assembler.model.paths import UnsafePathError

_PYTHON_SCRIPT = b"#!python"


def answer(
    request: UnpackRequest | FinishRequest, limits: Limits, folds_case: FoldsCase
) -> Unpacked | StoredWheel:
    """Do what is asked. Raises `IntegrityError` and `OSError`."""
    match request:
        case UnpackRequest():
            return unpack_wheel(request, limits, folds_case)
        case FinishRequest():
            unpacked = msgspec.msgpack.decode(request.unpacked, type=Unpacked)
            return finish_wheel(unpacked, request.tree, compiled=request.compiled).wheel
        case _:
            assert_never(request)


def unpack_wheel(request: UnpackRequest, limits: Limits, folds_case: FoldsCase) -> Unpacked:
    """Make the tree, which is not there yet, the unpacked wheel without its RECORD.

    `folds_case` tells whether a directory's disk takes names that differ in case only for one.
    Raises `IntegrityError`.
    """
    wheel, beside = Path(request.wheel), Path(request.tree).parent
    with wheel.open("rb") as file:
        _check_sha256(file, wheel.name, request.sha256)
        try:
            archive = ZipArchive(file, limits)
            source = ValidatedWheel(wheel.name, archive, limits)
            check_case((entry.path for entry in archive.entries), beside, folds_case)
            placed = place(source, request.minor)
            check_case((each.path for each in placed), beside, folds_case)
            return _unpacked(request, source, placed)
        except (RefusedError, UnsafePathError) as error:
            raise refusal(wheel, error) from None


def finish_wheel(unpacked: Unpacked, tree: str, *, compiled: bool) -> WheelContents:
    """Write RECORD and the manifest of an unpacked wheel, which may have been compiled since."""
    bytecode = sorted(_bytecode(f"{tree}/site/"), key=_path) if compiled else []
    text = record((*unpacked.rows, *bytecode_rows(bytecode)))
    path = f"site/{unpacked.record}"
    write_new(f"{tree}/{path}", (text,))
    own = StoredFile(path=path, sha256=hashlib.sha256(text).hexdigest(), size=len(text))
    files = tuple(sorted((*unpacked.files, own, *bytecode), key=_path))
    reaching_out = reach_out(Path(tree), files)
    contents = WheelContents(wheel=unpacked.wheel, files=files, reaching_out=reaching_out)
    write_contents(Path(tree), contents)
    return contents


def _check_sha256(file: BufferedReader, name: str, expected: str) -> None:
    found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise IntegrityError(f"`{name}` has sha256 {found}, expected {expected}")


def _unpacked(request: UnpackRequest, source: ValidatedWheel, placed: Sequence[Placed]) -> Unpacked:
    tree = NewTree(request.tree)
    written = [_written(tree, each, source.content(each.entry)) for each in placed]
    installer = place_installer(source)
    content = VerifiedContent(installer.path, (INSTALLER,), None)
    written.append(_written(tree, installer, content))
    files = tuple(file for file, _ in written)
    return Unpacked(
        wheel=_stored(request.key, source, written),
        files=files,
        record=source.record_path,
        rows=(*launcher_rows(source), *(row for _, row in written), RecordRow(source.record_path)),
        source=sum(file.size for file in files if file.path.endswith(".py")),
    )


def _written(
    tree: NewTree, placed: Placed, content: VerifiedContent
) -> tuple[StoredFile, RecordRow]:
    """Write a file; a Python script is another in each environment, and has no hash in RECORD."""
    start = tree.write(placed.path, content, executable=placed.executable)
    file = StoredFile(
        path=placed.path,
        sha256=content.digest.hex(),
        size=content.size,
        executable=placed.executable,
    )
    if placed.path.startswith(SCRIPTS) and start.startswith(_PYTHON_SCRIPT):
        return file, RecordRow(placed.recorded, placed.place)
    return file, RecordRow(placed.recorded, placed.place, content.digest, content.size)


def _stored(
    key: str, source: ValidatedWheel, written: Iterable[tuple[StoredFile, RecordRow]]
) -> StoredWheel:
    scripts = [(row.path, row.digest) for file, row in written if file.path.startswith(SCRIPTS)]
    return StoredWheel(
        key=key,
        name=source.name,
        version=str(source.release),
        entry_points=source.entry_points,
        scripts=tuple(sorted(name for name, digest in scripts if not digest)),
        binaries=tuple(sorted(name for name, digest in scripts if digest)),
    )


def _path(file: StoredFile) -> str:
    return file.path


def _bytecode(site: str) -> Iterator[StoredFile]:
    """The bytecode files below a tree's `site/`, read-only now."""
    for folder, _, names in os.walk(site):
        if not folder.endswith("/__pycache__"):
            continue
        os.chmod(folder, DIRECTORY_MODE)  # noqa: PTH101 - thousands of them
        for name in names:
            with open(f"{folder}/{name}", "rb", buffering=0) as file:  # noqa: PTH123 - thousands
                content = file.read()
                os.fchmod(file.fileno(), 0o444)
            path = f"site/{folder.removeprefix(site)}/{name}"
            sha256 = hashlib.sha256(content).hexdigest()
            yield StoredFile(path=path, sha256=sha256, size=len(content))
