"""A wheel put into a stored tree by `installer`, which the store is compared with."""

import base64
import hashlib
import os
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal

from installer import install
from installer.destinations import WheelDestination
from installer.records import Hash, RecordEntry
from installer.sources import WheelContentElement, WheelSource
from installer.utils import Scheme, construct_record_file

from assembler.adapters.archives.wheel_source import ValidatedWheel
from assembler.adapters.archives.zip_archive import ZipArchive
from assembler.model.limits import DEFAULTS

_FOLDERS = {"purelib": "site", "platlib": "site"}
_FROM_SITE = "../../../"


class _Source(WheelSource):
    """A validated wheel as `installer` reads it."""

    def __init__(self, wheel: ValidatedWheel) -> None:
        super().__init__(wheel.name, str(wheel.release))
        self._contents = {
            entry.path: (b"".join(wheel.content(entry)), entry.executable) for entry in wheel.files
        }
        self._folders = wheel.dist_info_dir, wheel.data_dir

    @property
    def dist_info_dir(self) -> str:
        return self._folders[0]

    @property
    def data_dir(self) -> str:
        return self._folders[1]

    @property
    def dist_info_filenames(self) -> list[str]:
        start = f"{self.dist_info_dir}/"
        return [path.removeprefix(start) for path in self._contents if path.startswith(start)]

    def read_dist_info(self, filename: str) -> str:
        return self._contents[f"{self.dist_info_dir}/{filename}"][0].decode()

    def get_contents(self) -> Iterator[WheelContentElement]:
        for path, (content, executable) in self._contents.items():
            yield (path, "", ""), BytesIO(content), executable


class _Tree(WheelDestination):
    """A stored tree as `installer` writes it."""

    def __init__(self, root: Path, headers: str) -> None:
        self._root = root
        self._places = {
            Scheme("data"): _FROM_SITE,
            Scheme("scripts"): f"{_FROM_SITE}bin/",
            Scheme("headers"): f"{_FROM_SITE}{headers}/",
        }

    def write_script(
        self, name: str, module: str, attr: str, section: Literal["console", "gui"]
    ) -> RecordEntry:
        del module, attr, section
        return RecordEntry(name, None, None)

    def write_file(
        self,
        scheme: Scheme,
        path: "str | os.PathLike[str]",
        stream: BinaryIO,
        is_executable: bool,
    ) -> RecordEntry:
        inner, content = os.fspath(path), stream.read()
        relative = f"{_FOLDERS.get(scheme, scheme)}/{inner}"
        self._write(relative, content, executable=is_executable or scheme == "scripts")
        if scheme == "scripts" and content.startswith(b"#!python"):
            return RecordEntry(inner, None, None)
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        return RecordEntry(inner, Hash("sha256", digest), len(content))

    def finalize_installation(
        self,
        scheme: Scheme,
        record_file_path: str,
        records: Iterable[tuple[Scheme, RecordEntry]],
    ) -> None:
        del scheme
        with construct_record_file(records, self._places.get) as stream:
            self._write(f"site/{record_file_path}", stream.read(), executable=False)

    def _write(self, relative: str, content: bytes, *, executable: bool) -> None:
        path = self._root / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o555 if executable else 0o444)


def install_by_installer(wheel: Path, tree: Path, minor: str) -> None:
    """Make a stored tree of a wheel that is not compiled, without its manifest."""
    with wheel.open("rb") as file:
        source = ValidatedWheel(wheel.name, ZipArchive(file, DEFAULTS), DEFAULTS)
        headers = f"include/site/python{minor}/{source.name}"
        install(_Source(source), _Tree(tree, headers), {"INSTALLER": b"assembler\n"})
