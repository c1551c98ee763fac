"""A wheel that was validated, as it is read for the store."""

import hashlib
import re
from collections.abc import Iterable, Iterator

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from assembler.adapters.archives.members import RefusedError, TreeEntry
from assembler.adapters.archives.wheel_metadata import (
    RecordLine,
    check_identity,
    check_wheel_file,
    parse_entry_points,
    parse_record,
)
from assembler.adapters.archives.zip_archive import ZipArchive
from assembler.model.distribution import EntryPoint
from assembler.model.limits import Limits

_UNRECORDED = ("RECORD", "RECORD.jws", "RECORD.p7s")
_INSTALLERS = ("INSTALLER", "REQUESTED", "direct_url.json")
_DATA = re.compile(r"[^-]+-[^-]+\.data")
_DATA_FOLDERS = {"purelib", "platlib", "headers", "scripts", "data"}


class VerifiedContent:
    """The content of a wheel's file, in chunks, checked against RECORD when its end is reached.

    `digest` is the sha256 of what was read, `size` how many bytes it had.
    """

    def __init__(self, path: str, chunks: Iterable[bytes], line: RecordLine | None) -> None:
        self._path = path
        self._chunks = chunks
        self._line = line
        self.digest = b""
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        """The chunks. Raises `RefusedError` where RECORD says otherwise."""
        line, found = self._line, hashlib.sha256()
        recorded = (
            found if line is None or line.algorithm == "sha256" else hashlib.new(line.algorithm)
        )
        for chunk in self._chunks:
            found.update(chunk)
            if recorded is not found:
                recorded.update(chunk)
            self.size += len(chunk)
            yield chunk
        self.digest = found.digest()
        if line is None:
            return
        if line.digest != recorded.digest() or line.size not in {None, self.size}:
            raise RefusedError(f"`{self._path}` differs from RECORD")


class ValidatedWheel:
    """A wheel whose file name, `.dist-info`, METADATA, WHEEL, RECORD and scripts agree.

    Everything but the files' content is checked on construction, the content as it is read.
    """

    def __init__(self, filename: str, archive: ZipArchive, limits: Limits) -> None:
        self.name, self.release = _parse_filename(filename)
        self._archive = archive
        self._limits = limits
        self._files = {entry.path: entry for entry in archive.entries if not entry.directory}
        tops = sorted({path.partition("/")[0] for path in self._files})
        infos = [top for top in tops if top.endswith(".dist-info")]
        if len(infos) != 1:
            raise RefusedError(f"it has {len(infos)} .dist-info directories, not one")
        self._dist_info = infos[0]
        if not self._is_own(self._dist_info, ".dist-info"):
            raise RefusedError(f"its directory `{self._dist_info}` is of another distribution")
        self._data = self._find_data(tops)
        check_wheel_file(self._read_dist_info("WHEEL"))
        check_identity(self._read_dist_info("METADATA"), self.name, self.release)
        self._record = parse_record(self._read_dist_info("RECORD"))
        self._check_record()
        self._check_data()
        has_scripts = f"{self._dist_info}/entry_points.txt" in self._files
        self.entry_points: tuple[EntryPoint, ...] = (
            parse_entry_points(self._read_dist_info("entry_points.txt")) if has_scripts else ()
        )

    @property
    def dist_info_dir(self) -> str:
        """The name of the `.dist-info` directory."""
        return self._dist_info

    @property
    def record_path(self) -> str:
        """The path of RECORD."""
        return f"{self._dist_info}/RECORD"

    @property
    def data_dir(self) -> str:
        """The name of the `.data` directory."""
        return self._data

    def _read_dist_info(self, filename: str) -> str:
        """A text file of the `.dist-info` directory."""
        entry = self._files.get(f"{self._dist_info}/{filename}")
        if entry is None:
            raise RefusedError(f"it has no {filename}")
        if entry.size > self._limits.archive_metadata_size:
            reason = f"its {filename} is longer than {self._limits.archive_metadata_size} bytes"
            raise RefusedError(reason, self._limits.way_out("archive_metadata_size"))
        try:
            return b"".join(self._archive.content(entry)).decode()
        except UnicodeDecodeError:
            raise RefusedError(f"its {filename} is not UTF-8") from None

    @property
    def files(self) -> Iterator[TreeEntry]:
        """Every file but bytecode, and what only an installer writes."""
        installers = {f"{self._dist_info}/{name}" for name in _INSTALLERS}
        for path, entry in self._files.items():
            if "__pycache__/" in path and "__pycache__" in path.split("/")[:-1]:
                continue
            if path not in installers:
                yield entry

    def content(self, entry: TreeEntry) -> VerifiedContent:
        """The content of a file."""
        chunks = self._archive.content(entry)
        return VerifiedContent(entry.path, chunks, self._record.get(entry.path))

    def _find_data(self, tops: list[str]) -> str:
        found = [top for top in tops if _DATA.fullmatch(top)]
        for top in found:
            if not self._is_own(top, ".data"):
                raise RefusedError(f"its directory `{top}` is of another distribution")
        if len(found) > 1:
            raise RefusedError("it has two .data directories")
        return found[0] if found else f"{self._dist_info.removesuffix('.dist-info')}.data"

    def _is_own(self, top: str, suffix: str) -> bool:
        name, _, version = top.removesuffix(suffix).rpartition("-")
        try:
            same = canonicalize_name(name) == self.name and Version(version) == self.release
        except InvalidVersion:
            return False
        return same and top.endswith(suffix)

    def _check_record(self) -> None:
        unrecorded = {f"{self._dist_info}/{name}" for name in _UNRECORDED}
        if missing := sorted(self._files.keys() - self._record.keys() - unrecorded):
            raise RefusedError(f"RECORD does not name `{missing[0]}`")
        if absent := sorted(self._record.keys() - self._files.keys()):
            raise RefusedError(f"RECORD names `{absent[0]}`, which is not there")
        for path, line in self._record.items():
            if line is None and path not in unrecorded:
                raise RefusedError(f"RECORD has no hash for `{path}`")

    def _check_data(self) -> None:
        start = self._data + "/"
        for path in self._files:
            if not path.startswith(start):
                continue
            folder, _, rest = path.removeprefix(start).partition("/")
            if folder not in _DATA_FOLDERS or not rest:
                raise RefusedError(f"`{path}` is in no place that a wheel has")
            if folder == "scripts" and "/" in rest:
                raise RefusedError(f"the script `{path}` is in a directory")


def _parse_filename(filename: str) -> tuple[str, Version]:
    try:
        name, version, _, _ = parse_wheel_filename(filename)
    except (InvalidWheelFilename, InvalidVersion):
        raise RefusedError("its file name is not that of a wheel") from None
    return name, version
