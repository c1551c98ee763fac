"""Where the files of a wheel go: the layout of a store, and the RECORD that tells of it."""

import base64
import csv
import io
from collections.abc import Iterable, Iterator

import msgspec

from assembler.adapters.archives.members import TreeEntry, check_paths
from assembler.adapters.archives.unpacked import RecordRow
from assembler.adapters.archives.wheel_source import ValidatedWheel
from assembler.model.distribution import StoredFile
from assembler.model.paths import safe_relpath

INSTALLER = b"assembler\n"
SCRIPTS = "scripts/"
"""Where the scripts of a wheel stand in its tree."""

_FOLDERS = {
    "purelib": "site",
    "platlib": "site",
    "data": "data",
    "scripts": "scripts",
    "headers": "headers",
}
_FROM_SITE = "../../../"


class Placed(msgspec.Struct, frozen=True, gc=False):
    """A file of a wheel: its path in the stored tree, how RECORD names it, whether it is executed.

    In RECORD it has a path below a place of an environment. Paths are sorted without that.
    """

    entry: TreeEntry
    path: str
    recorded: str
    place: str = ""
    executable: bool = False


def place(wheel: ValidatedWheel, minor: str) -> tuple[Placed, ...]:
    """Say where each file of a wheel goes, for environments of this Python; RECORD goes nowhere.

    Raises `RefusedError` where two would have one path, or one that is taken.
    """
    given = (entry for entry in wheel.files if entry.path != wheel.record_path)
    placed = tuple(_placed(entry, wheel, minor) for entry in given)
    taken = (f"site/{wheel.record_path}", place_installer(wheel).path)
    paths = (*(each.path for each in placed), *taken)
    check_paths(TreeEntry(path=path, size=0) for path in paths)
    return placed


def place_installer(wheel: ValidatedWheel) -> Placed:
    """Say where the file goes that tells who unpacked a wheel."""
    path = f"{wheel.dist_info_dir}/INSTALLER"
    return Placed(TreeEntry(path=path, size=len(INSTALLER)), f"site/{path}", path)


def _placed(entry: TreeEntry, wheel: ValidatedWheel, minor: str) -> Placed:
    start = f"{wheel.data_dir}/"
    if not entry.path.startswith(start):
        path = entry.path
        return Placed(entry, f"site/{path}", path, executable=entry.executable)
    section, _, rest = entry.path.removeprefix(start).partition("/")
    places = {
        "data": _FROM_SITE,
        "scripts": f"{_FROM_SITE}bin/",
        "headers": f"{_FROM_SITE}include/site/python{minor}/{wheel.name}/",
    }
    inner = safe_relpath(rest)
    return Placed(
        entry=entry,
        path=f"{_FOLDERS[section]}/{inner}",
        recorded=inner,
        place=places.get(section, ""),
        executable=entry.executable or section == "scripts",
    )


def launcher_rows(wheel: ValidatedWheel) -> Iterator[RecordRow]:
    """The rows of the launchers that every environment makes of a wheel's entry points."""
    for entry in wheel.entry_points:
        yield RecordRow(entry.name, f"{_FROM_SITE}bin/")


def bytecode_rows(files: Iterable[StoredFile]) -> Iterator[RecordRow]:
    """The rows of bytecode files."""
    for file in files:
        yield RecordRow(file.path.removeprefix("site/"))


def record(rows: Iterable[RecordRow]) -> bytes:
    """A RECORD, sorted; rows of one path stay in their order."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(
        (row.place + row.path, _hash(row), row.size if row.digest else "")
        for row in sorted(rows, key=lambda row: row.path)
    )
    return stream.getvalue().encode()


def _hash(row: RecordRow) -> str:
    value = base64.urlsafe_b64encode(row.digest).rstrip(b"=").decode()
    return f"sha256={value}" if value else ""
