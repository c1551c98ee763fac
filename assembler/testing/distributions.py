"""Distributions that exist in a test alone: on an index in memory, and as wheels."""

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence

import msgspec
from packaging.utils import canonicalize_name
from packaging.version import Version

from assembler.model.distribution import (
    CoreMetadata,
    DistributionFile,
    EntryPoint,
    Release,
    Releases,
    StoredFile,
    StoredWheel,
    WheelContents,
    read_releases,
)

_EPOCH = (1980, 1, 1, 0, 0, 0)
_FILES = "https://files.invalid/"


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a distribution, one universal wheel.

    `scripts` maps names to `module:function`; `files` maps paths in the wheel to their text.
    """

    name: str
    version: str
    requires: tuple[str, ...] = ()
    scripts: Mapping[str, str] = {}
    files: Mapping[str, str]

    @property
    def stem(self) -> str:
        """The beginning of the wheel's name."""
        return f"{import_name(self.name)}-{self.version}"

    @property
    def filename(self) -> str:
        """The wheel's name."""
        return f"{self.stem}-py3-none-any.whl"

    @property
    def normalised(self) -> str:
        """Its name as names are compared (PEP 503)."""
        return canonicalize_name(self.name)

    def release(self) -> Release:
        """What an index says of it."""
        file = DistributionFile(
            filename=self.filename, url=f"{_FILES}{self.filename}", sha256="0" * 64, size=1
        )
        return Release(version=self.version, wheels=(file,))

    def metadata(self) -> CoreMetadata:
        """What it says of itself."""
        return CoreMetadata(name=self.name, version=self.version, requires_dist=self.requires)

    def contents(self) -> WheelContents:
        """What a store holds of it."""
        wheel = StoredWheel(
            key=f"{self.normalised}-{self.version}-0",
            name=self.normalised,
            version=self.version,
            entry_points=tuple(
                EntryPoint(name, *value.split(":")) for name, value in self.scripts.items()
            ),
        )
        files = (
            StoredFile(path=f"site/{path}", sha256="", size=len(content))
            for path, content in self._members().items()
        )
        return WheelContents(wheel=wheel, files=tuple(files))

    def wheel(self) -> bytes:
        """The wheel itself."""
        members = {path: text.encode() for path, text in self._members().items()}
        record = f"{self.stem}.dist-info/RECORD"
        lines = [f"{path},{_hash(content)},{len(content)}" for path, content in members.items()]
        members[record] = "\n".join([*lines, f"{record},,", ""]).encode()
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for path, content in members.items():
                member = zipfile.ZipInfo(path, _EPOCH)
                member.external_attr = 0o100644 << 16
                archive.writestr(member, content)
        return buffer.getvalue()

    def _members(self) -> Mapping[str, str]:
        metadata = ["Metadata-Version: 2.1", f"Name: {self.name}", f"Version: {self.version}"]
        metadata += [f"Requires-Dist: {requirement}" for requirement in self.requires]
        scripts = [f"{name} = {value}" for name, value in self.scripts.items()]
        wheel = "Wheel-Version: 1.0\nGenerator: assembler\nRoot-Is-Purelib: true\n"
        info = f"{self.stem}.dist-info"
        return {
            **self.files,
            f"{info}/METADATA": "\n".join([*metadata, ""]),
            f"{info}/WHEEL": f"{wheel}Tag: py3-none-any\n",
            f"{info}/entry_points.txt": "\n".join(["[console_scripts]", *scripts, ""]),
        }


def import_name(name: str) -> str:
    """The import package of a distribution."""
    return re.sub(r"[-_.]+", "_", name).lower()


def _hash(content: bytes) -> str:
    digest = hashlib.sha256(content).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class MemoryIndex:
    """Implements `assembler.ports.Index`: every index offers these distributions."""

    def __init__(self, distributions: Sequence[Distribution]) -> None:
        self._distributions = {each.filename: each for each in distributions}

    def releases(self, index: str, name: str) -> Releases:
        """The releases of a distribution, the newest first."""
        found = [each for each in self._distributions.values() if each.normalised == name]
        found.sort(key=lambda each: Version(each.version), reverse=True)
        return read_releases(name, index, tuple(each.release() for each in found))

    def metadata(self, file: DistributionFile) -> CoreMetadata:
        """The core metadata of a wheel."""
        return self._distributions[file.filename].metadata()

    def names(self, index: str) -> tuple[str, ...]:
        """All names."""
        del index
        return tuple(sorted({each.normalised for each in self._distributions.values()}))

    def anticipate(self, names: Sequence[tuple[str, str]]) -> None:
        """Nothing is fetched."""

    def anticipate_metadata(
        self, files: Sequence[DistributionFile], then: Callable[[CoreMetadata], None]
    ) -> None:
        """Nothing is fetched."""
