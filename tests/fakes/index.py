"""An index in memory, from a compact description."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import msgspec
from packaging.utils import canonicalize_name
from packaging.version import Version

from assembler.model.distribution import (
    CoreMetadata,
    DistributionFile,
    ProjectStatus,
    Release,
    Releases,
    read_releases,
)
from assembler.ports import MetadataUnknown

URL = "https://index.test/simple/"

Options: TypeAlias = Mapping[str, object]
"""`requires`, `wheels` (tag sets), `sdist` (true, or `"dynamic"`), `yanked` (a reason),
`requires-python` (of the page and the metadata), `metadata-python` (of the metadata alone),
`upload-time`, `size` (in bytes), `extras`, `by-wheel` (tag set → requirements), `says` (another
name and version)."""

Description: TypeAlias = Mapping[str, Mapping[str, Sequence[str] | Options]]
"""Name → version → requirements or options. A version has a universal wheel unless told.

Instead of a version, `project-status` has a `status` and a `reason`.
"""

STATUS = "project-status"


class MemoryIndex:
    """Implements `assembler.ports.Index`; `asked` lists what was asked of it.

    `listed` are the names that it would list on one page.
    """

    def __init__(self, *described: Description, **elsewhere: Description) -> None:
        self.asked: list[tuple[str, str]] = []
        self.read: list[str] = []
        self.listed: tuple[str, ...] = ()
        self.anticipated: list[tuple[str, str]] = []
        self.anticipated_files: list[str] = []
        self._pages: dict[tuple[str, str], Releases] = {}
        self._metadata: dict[str, CoreMetadata | None] = {}
        for description in described:
            self.add(URL, description)
        for name, description in elsewhere.items():
            self.add(f"https://{name}.test/simple/", description)

    def add(self, url: str, description: Description) -> None:
        """Offer what is described on the index with this URL."""
        for name, described in description.items():
            normalised = canonicalize_name(name)
            versions = {key: each for key, each in described.items() if key != STATUS}
            releases = [self._release(url, name, *each) for each in versions.items()]
            releases.sort(key=lambda release: Version(release.version), reverse=True)
            page = read_releases(normalised, url, tuple(releases))
            status = _status(described.get(STATUS))
            self._pages[url, normalised] = msgspec.structs.replace(page, status=status)

    def releases(self, index: str, name: str) -> Releases:
        self.asked.append((index, name))
        return self._pages.get((index, name)) or Releases(name=name, index=index)

    def names(self, index: str) -> tuple[str, ...]:
        return self.listed if index == URL else ()

    def metadata(self, file: DistributionFile) -> CoreMetadata:
        self.read.append(file.filename)
        found = self._metadata[file.url]
        if found is None:
            raise MetadataUnknown
        return found

    def anticipate(self, names: Sequence[tuple[str, str]]) -> None:
        self.anticipated.extend(names)

    def anticipate_metadata(
        self,
        files: Sequence[DistributionFile],
        then: Callable[[CoreMetadata], None],  # noqa: ARG002 - nothing is fetched ahead
    ) -> None:
        self.anticipated_files.extend(file.filename for file in files)

    def _release(
        self, url: str, name: str, version: str, described: "Sequence[str] | Options"
    ) -> Release:
        options = described if isinstance(described, Mapping) else {"requires": described}
        described_file = _Described(url, name, version, options)
        return Release(
            version=version,
            wheels=tuple(
                self._keep(described_file, tags)
                for tags in _texts(options.get("wheels", ["py3-none-any"]))
            ),
            sdist=self._keep(described_file, None) if options.get("sdist") else None,
        )

    def _keep(self, described: "_Described", tags: str | None) -> DistributionFile:
        file = described.file(tags)
        dynamic = tags is None and described.options.get("sdist") == "dynamic"
        self._metadata[file.url] = None if dynamic else described.metadata(tags)
        return file


class _Described(msgspec.Struct, frozen=True):
    """One version of a description; a file of it has wheel tags, or is the sdist (`None`)."""

    index: str
    name: str
    version: str
    options: Options

    def file(self, tags: str | None) -> DistributionFile:
        stem = f"{canonicalize_name(self.name).replace('-', '_')}-{self.version}"
        filename = f"{stem}-{tags}.whl" if tags else f"{stem}.tar.gz"
        return DistributionFile(
            filename=filename,
            url=f"{self.index}files/{filename}",
            sha256="0" * 64,
            size=_number(self.options.get("size", 1)),
            upload_time=_text(self.options.get("upload-time")),
            requires_python=_text(self.options.get("requires-python")),
            yanked=_text(self.options.get("yanked")),
        )

    def metadata(self, tags: str | None) -> CoreMetadata:
        options = self.options
        name, version = _texts(options.get("says", [self.name, self.version]))
        by_wheel = options.get("by-wheel", {})
        assert isinstance(by_wheel, Mapping)
        python = options.get("metadata-python") or options.get("requires-python")
        return CoreMetadata(
            name=name,
            version=version,
            requires_dist=_texts(by_wheel.get(tags, options.get("requires", []))),
            requires_python=_text(python),
            provides_extra=_texts(options.get("extras", [])),
        )


def _status(said: "Sequence[str] | Options | None") -> ProjectStatus | None:
    if not isinstance(said, Mapping):
        return None
    return ProjectStatus(str(said["status"]), str(said.get("reason", "")))


def _texts(value: object) -> tuple[str, ...]:
    assert isinstance(value, Sequence)
    return tuple(str(item) for item in value)


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value


def _text(value: object) -> str | None:
    return None if value is None else str(value)
