"""Distributions as an index, a source tree and the store know them (PyPA glossary)."""

from collections.abc import Sequence

import msgspec


class DistributionFile(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A wheel or sdist that an index offers.

    `url` is absolute; `size` is in bytes; `upload_time` is ISO 8601 in UTC; `yanked` is the reason
    (may be empty) or `None`; `metadata` tells what is known of the `core-metadata` sibling: its
    sha256, "" for announced without a hash, `None` for not announced (PEP 658, PEP 714).
    """

    filename: str
    url: str
    sha256: str | None = None
    size: int | None = None
    upload_time: str | None = None
    requires_python: str | None = None
    yanked: str | None = None
    metadata: str | None = None


class Release(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One version of a distribution on an index: its wheels and its sdist."""

    version: str
    wheels: tuple[DistributionFile, ...] = ()
    sdist: DistributionFile | None = None


class ProjectStatus(msgspec.Struct, frozen=True, gc=False):
    """What an index says of a whole distribution (PEP 792): `marker`, and why.

    The marker is `archived`, `deprecated` or `quarantined`.
    """

    marker: str
    reason: str = ""

    @property
    def is_quarantined(self) -> bool:
        """Whether none of its files may be offered."""
        return self.marker == "quarantined"


class Releases(msgspec.Struct, frozen=True, kw_only=True):
    """The page of one distribution: releases from the newest version to the oldest.

    `versions` are those of the releases, of which each is read when it's asked for; one may turn
    out to have no files. One that is quarantined has no releases.
    """

    name: str
    index: str
    versions: Sequence[str] = ()
    releases: Sequence[Release] = ()
    status: ProjectStatus | None = None


def read_releases(name: str, index: str, releases: Sequence[Release]) -> Releases:
    """Return a page of which every release is read already."""
    versions = tuple(release.version for release in releases)
    return Releases(name=name, index=index, versions=versions, releases=releases)


class CoreMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of core metadata that a solver reads."""

    name: str
    version: str
    requires_dist: tuple[str, ...] = ()
    requires_python: str | None = None
    provides_extra: tuple[str, ...] = ()


class EntryPoint(msgspec.Struct, frozen=True, gc=False):
    """A `console_scripts` or `gui_scripts` entry point: `name = module:attribute`."""

    name: str
    module: str
    attribute: str


class StoredFile(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One file of a stored tree: relative path, sha256, size in bytes, executable or not."""

    path: str
    sha256: str
    size: int
    executable: bool = False


class StoredWheel(msgspec.Struct, frozen=True, kw_only=True):
    """A wheel as it stands unpacked in a store, under the directory named `key`.

    `key` is `name-version-hash`, the hash being that of the wheel's bytes, the store's layout and
    the bytecode tag. Its directory holds `site/` (purelib and platlib), `data/` (below
    `sys.prefix`), `scripts/` and `headers/`. `entry_points` are those of `console_scripts` and
    `gui_scripts`; `scripts` are the file names in `scripts/` that are Python scripts (`#!python`),
    `binaries` the others.
    """

    key: str
    name: str
    version: str
    entry_points: tuple[EntryPoint, ...] = ()
    scripts: tuple[str, ...] = ()
    binaries: tuple[str, ...] = ()


class WheelContents(msgspec.Struct, frozen=True, kw_only=True):
    """What a store holds under one key: every file.

    `reaching_out` says that shared libraries in it find others outside their own top-level names
    (an RPATH such as `$ORIGIN/../../nvidia`), so that it must be linked file by file.
    """

    wheel: StoredWheel
    files: tuple[StoredFile, ...]
    reaching_out: bool = False


class Link(msgspec.Struct, frozen=True, order=True, gc=False):
    """A symbolic link in an environment: `path` below the environment, `target` below the store."""

    path: str
    target: str
