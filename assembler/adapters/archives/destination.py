"""Where `installer` writes a wheel: the layout of a store."""

import base64
import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Literal

from installer.destinations import WheelDestination
from installer.records import Hash, RecordEntry
from installer.utils import Scheme, construct_record_file

from assembler.adapters.archives.members import RefusedError, TreeEntry, check_paths
from assembler.adapters.archives.wheel_source import VerifiedStream
from assembler.model.distribution import StoredFile
from assembler.model.paths import safe_name, safe_relpath

_FOLDERS = {
    "purelib": "site",
    "platlib": "site",
    "data": "data",
    "scripts": "scripts",
    "headers": "headers",
}
_SHEBANG = b"#!python"
_FROM_SITE = "../../../"
_CHUNK = 1 << 18


class StoreTree(WheelDestination):
    """A directory that becomes the stored tree of one wheel.

    Files are 0444 or 0555, directories 0755, whatever the umask. Nothing is written for entry
    points; RECORD names the launchers that every environment makes of them.
    """

    def __init__(self, root: Path, headers: str) -> None:
        self.files: list[StoredFile] = []
        self.python_scripts: list[str] = []
        self._root = root
        self._record = ""
        self._records: list[tuple[Scheme, RecordEntry]] = []
        self._made: set[str] = set()
        self._places = {
            Scheme("data"): _FROM_SITE,
            Scheme("scripts"): f"{_FROM_SITE}bin/",
            Scheme("headers"): f"{_FROM_SITE}{headers}/",
        }

    def write_script(
        self, name: str, module: str, attr: str, section: Literal["console", "gui"]
    ) -> RecordEntry:
        """Record the launcher of an entry point, which is made with each environment."""
        del module, attr, section
        return RecordEntry(safe_name(name), None, None)

    def write_file(
        self,
        scheme: Scheme,
        path: "str | os.PathLike[str]",
        stream: BinaryIO,
        is_executable: bool,  # noqa: FBT001 - installer passes it by position too
    ) -> RecordEntry:
        """Write a file of the wheel."""
        inner = safe_relpath(os.fspath(path))
        relative = f"{_FOLDERS[scheme]}/{inner}"
        executable = is_executable or scheme == "scripts"
        verified = stream if isinstance(stream, VerifiedStream) else _unverified(inner, stream)
        file, start = self._write(relative, verified, executable=executable)
        if scheme == "scripts" and start.startswith(_SHEBANG):
            self.python_scripts.append(inner)
            return RecordEntry(inner, None, None)
        return RecordEntry(inner, _record_hash(file.sha256), file.size)

    def finalize_installation(
        self,
        scheme: Scheme,
        record_file_path: str,
        records: Iterable[tuple[Scheme, RecordEntry]],
    ) -> None:
        """Keep the lines of RECORD until the bytecode is there too."""
        del scheme
        self._record = record_file_path
        self._records = list(records)
        check_paths(TreeEntry(path=file.path, size=file.size) for file in self.files)

    def write_record(self, bytecode: Iterable[str]) -> None:
        """Write RECORD, with a line for each bytecode file (paths relative to `site/`)."""
        lines = [(Scheme("purelib"), RecordEntry(path, None, None)) for path in bytecode]
        with construct_record_file([*self._records, *lines], self._places.get) as stream:
            self._write(f"site/{self._record}", _unverified(self._record, stream), executable=False)

    def _write(
        self, relative: str, stream: VerifiedStream, *, executable: bool
    ) -> tuple[StoredFile, bytes]:
        self._make_directory(relative.rpartition("/")[0])
        start = b""
        with _new_file(self._root / relative, relative) as file:
            while chunk := stream.read(_CHUNK):
                start = start or chunk[: len(_SHEBANG)]
                file.write(chunk)
            size = file.tell()
            os.fchmod(file.fileno(), 0o555 if executable else 0o444)
        stored = StoredFile(path=relative, sha256=stream.sha256, size=size, executable=executable)
        self.files.append(stored)
        return stored, start

    def _make_directory(self, relative: str) -> None:
        if relative in self._made:
            return
        parent, _, _ = relative.rpartition("/")
        if parent:
            self._make_directory(parent)
        path = self._root / relative
        path.mkdir()
        path.chmod(0o755)
        self._made.add(relative)


def _new_file(path: Path, relative: str) -> BinaryIO:
    try:
        return path.open("xb")
    except (FileExistsError, IsADirectoryError):
        raise RefusedError(f"`{relative}` is there twice") from None


def _unverified(path: str, stream: BinaryIO) -> VerifiedStream:
    return VerifiedStream(path, iter(lambda: stream.read(_CHUNK), b""), None)


def _record_hash(sha256: str) -> Hash:
    value = base64.urlsafe_b64encode(bytes.fromhex(sha256)).rstrip(b"=").decode()
    return Hash("sha256", value)
