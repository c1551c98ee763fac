"""A wheel becomes a stored tree: verified, unpacked, compiled."""

import hashlib
import os
from io import BufferedReader
from pathlib import Path, PurePath

import msgspec
from installer import install
from installer.exceptions import InstallerError

from assembler.adapters.archives.bytecode import compile_tree
from assembler.adapters.archives.case import FoldsCase, check_case
from assembler.adapters.archives.destination import StoreTree
from assembler.adapters.archives.libraries import reach_out
from assembler.adapters.archives.members import RefusedError, refusal
from assembler.adapters.archives.trees import sha256_of
from assembler.adapters.archives.wheel_source import ValidatedWheel
from assembler.adapters.archives.zip_archive import ZipArchive
from assembler.errors import IntegrityError
from assembler.model.distribution import StoredFile, StoredWheel, WheelContents
from assembler.model.limits import Limits
from assembler.model.paths import UnsafePathError
from assembler.model.target import Interpreter
from assembler.ports import Processes


class UnpackRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A wheel file and its sha256, the Python that will run it, and the key of its tree.

    `bytecode` says whether it is compiled.
    `folds_case` tells whether a directory's disk takes names that differ in case only for one.
    """

    wheel: PurePath
    sha256: str
    python: Interpreter
    bytecode: bool
    key: str
    folds_case: FoldsCase


def unpack_wheel(
    request: UnpackRequest, tree: Path, processes: Processes, limits: Limits
) -> WheelContents:
    """Make `tree`, which is not there yet, the unpacked wheel. Raises `IntegrityError`."""
    with Path(request.wheel).open("rb") as file:
        _check_sha256(file, request)
        try:
            archive = ZipArchive(file, limits)
            source = ValidatedWheel(request.wheel.name, archive, limits)
            check_case((entry.path for entry in archive.entries), tree.parent, request.folds_case)
            written = _install(source, tree, request.python)
            check_case((entry.path for entry in written.files), tree, request.folds_case)
        except (RefusedError, UnsafePathError, InstallerError) as error:
            raise refusal(request.wheel, error) from None
    if request.bytecode:
        compile_tree(str(tree / "site"), request.python, processes, limits)
    bytecode = _bytecode(tree)
    written.write_record(file.path.removeprefix("site/") for file in bytecode)
    files = tuple(sorted((*written.files, *bytecode), key=lambda file: file.path))
    stored = _stored(request.key, source, written)
    return WheelContents(wheel=stored, files=files, reaching_out=reach_out(tree, files))


def _stored(key: str, source: ValidatedWheel, written: StoreTree) -> StoredWheel:
    scripts = {
        file.path.removeprefix("scripts/")
        for file in written.files
        if file.path.startswith("scripts/")
    }
    return StoredWheel(
        key=key,
        name=source.name,
        version=str(source.release),
        entry_points=source.entry_points,
        scripts=tuple(sorted(written.python_scripts)),
        binaries=tuple(sorted(scripts.difference(written.python_scripts))),
    )


def _check_sha256(file: BufferedReader, request: UnpackRequest) -> None:
    found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != request.sha256:
        raise IntegrityError(
            f"`{request.wheel.name}` has sha256 {found}, expected {request.sha256}"
        )


def _install(source: ValidatedWheel, tree: Path, python: Interpreter) -> StoreTree:
    tree.mkdir()
    tree.chmod(0o755)
    written = StoreTree(tree, f"include/site/python{python.minor}/{source.name}")
    install(source, written, {"INSTALLER": b"assembler\n"})
    return written


def _bytecode(tree: Path) -> list[StoredFile]:
    """The bytecode files in a tree, read-only now."""
    found = []
    for folder, _, names in os.walk(tree / "site"):
        if not folder.endswith("/__pycache__"):
            continue
        Path(folder).chmod(0o755)
        for path in (Path(folder, name) for name in names):
            path.chmod(0o444)
            relative = path.relative_to(tree).as_posix()
            size = path.stat().st_size
            found.append(StoredFile(path=relative, sha256=sha256_of(path), size=size))
    return sorted(found, key=lambda file: file.path)
