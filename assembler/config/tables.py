"""The tables of an assembly file, as they are written."""

from collections.abc import Mapping
from typing import Literal

import msgspec


class AssemblyTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """`[assembly]`."""

    name: str
    python: str
    prefix: str = "build"
    requires_assembler: str | None = None


class OverrideTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """An entry of `[lock.overrides]`."""

    because: str
    version: str | None = None
    exclude: bool = False


class LockTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """`[lock]`."""

    targets: tuple[str, ...] = ()
    constraints: Mapping[str, str] = {}
    overrides: Mapping[str, OverrideTable | str] = {}
    exclude_newer: str | None = None
    prereleases: tuple[str, ...] = ()
    sdists: tuple[str, ...] | Literal["any"] = ()
    from_source: tuple[str, ...] = ()


class TargetTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """`[targets.NAME]`."""

    platform: str
    python: str | None = None
    glibc: str | None = None
    musl: str | None = None
    macos: str | None = None
    markers: Mapping[str, str] = {}


class IndexTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """`[index.NAME]`."""

    url: str
    only: tuple[str, ...] = ()
    default: bool = False
    files: tuple[str, ...] = ()
    insecure: bool = False


class NamedSource(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """An entry of `[sources]` whose key is the name of a distribution."""

    path: str
    editable: bool = False


class ArchiveEntry(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """An entry of `[sources]` that is a wheel or sdist at a URL."""

    url: str
    sha256: str | None = None


class RepositoryEntry(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """An entry of `[sources]` that is a git repository; `rev` is a branch, tag or commit."""

    git: str
    rev: str | None = None
    subdirectory: str | None = None


class PathSource(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """An entry of `[sources]` whose key is a path or a glob."""

    editable: bool = False


class PartTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """What every part may have besides the options of its recipe."""

    recipe: str
    needs: tuple[str, ...] = ()
    enabled: bool = True
