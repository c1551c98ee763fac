"""A project: what `assembly.toml` says, checked, resolved and typed."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Literal, Self, TypeAlias

import msgspec

from assembler.errors import ConfigurationError
from assembler.model.foreign import RecipeSource
from assembler.model.layout import KEPT_GENERATIONS
from assembler.model.part import Part, PartName
from assembler.model.secret import SecretSource
from assembler.model.sources import SourceArchive, SourceRepository
from assembler.model.target import Target
from assembler.origin import Origin

ResolutionMode: TypeAlias = Literal["highest", "lowest", "lowest-direct"]
"""Which versions are preferred: the newest ones, the oldest, the oldest of what is listed."""


class Root(msgspec.Struct, frozen=True):
    """A requirement (PEP 508) that a person wrote, and where."""

    requirement: str
    origin: Origin


class GroupRequest(msgspec.Struct, frozen=True):
    """A dependency group (PEP 735) of one of the project's own source trees, and where it stands.

    `project` is the tree's distribution.
    """

    project: str
    group: str
    origin: Origin

    @classmethod
    def parsed(cls, text: str, origin: Origin) -> Self:
        """What `PROJECT:GROUP` asks for. Raises `ConfigurationError` for other texts."""
        project, _, group = (piece.strip() for piece in text.partition(":"))
        if not project or not group:
            raise ConfigurationError(
                f"`{text}` is no dependency group of a project",
                origin=origin,
                hints=('write `"PROJECT:GROUP"`, such as `"shop:test"`',),
            )
        return cls(project, group, origin)


class ProgramOf(msgspec.Struct, frozen=True):
    """The one program of another part, and where the part is named."""

    part: str
    origin: Origin


class Constraint(msgspec.Struct, frozen=True):
    """A version specifier (PEP 440) that narrows every requirement of one distribution."""

    name: str
    specifier: str
    origin: Origin


class SolveGroup(msgspec.Struct, frozen=True):
    """Programs that name the same solve group share their versions; and where one names it."""

    name: str
    origin: Origin


class TargetName(msgspec.Struct, frozen=True):
    """A target as a person named it, and where."""

    name: str
    origin: Origin


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """What counts instead of every version that anyone asks of one distribution, and why.

    `specifier` is a version specifier (PEP 440). Where it is `None` nobody gets the distribution
    (`exclude`), or else what anyone asks counts after all.
    """

    name: str
    specifier: str | None = None
    exclude: bool = False
    because: str = ""
    origin: Origin


class IndexRoute(msgspec.Struct, frozen=True, kw_only=True):
    """A package index and the names that come from it.

    `only` holds normalised names or globs; the default index has none. Where there is a `marker`
    (PEP 508), the route holds for those targets alone. `flat` is a page or folder of links instead
    of the Simple Repository API. `files` are the further hosts (`host`, or `host:port`) that its
    files may be on; `insecure` allows plain http. `exclude_newer` is a rule about its upload times;
    without `upload_time`, files count of which none is known.
    """

    name: str
    url: str
    only: tuple[str, ...] = ()
    default: bool = False
    marker: str = ""
    flat: bool = False
    files: tuple[str, ...] = ()
    insecure: bool = False
    exclude_newer: str | None = None
    upload_time: bool = True
    origin: Origin


class SourceTree(msgspec.Struct, frozen=True, kw_only=True):
    """A distribution of the project's own, found by path instead of on an index.

    `name` is normalised; `path` is relative to the assembly file's folder.
    """

    name: str
    path: str
    editable: bool = False
    origin: Origin


class LockPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The `[lock]` table: what the solver may choose.

    `file` is the lock's name where it is another assembly file's.
    `exclude_newer` is an instant in ISO 8601 or a duration such as `7 days`, `exclude_newer_of` the
    same, or `false`, for single distributions; `prereleases` and `sdists` are names, `*` or `any`
    meaning all. No wheel is used of those in `from_source`. `resolution` says which versions are
    preferred. `build_constraints` and `build_overrides` count for build requirements, and the
    others do not.
    """

    file: str = ""
    targets: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    overrides: tuple[Override, ...] = ()
    build_constraints: tuple[Constraint, ...] = ()
    build_overrides: tuple[Override, ...] = ()
    exclude_newer: str | None = None
    exclude_newer_of: Mapping[str, str] = {}
    prereleases: tuple[str, ...] = ()
    sdists: tuple[str, ...] = ()
    from_source: tuple[str, ...] = ()
    unknown_extras: Literal["warn", "refuse"] = "warn"
    resolution: ResolutionMode = "highest"


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """All that an assembly file says. `folder` is where it lies, `file` its name as given.

    `targets` are those of its own, whether the lock serves them or not. `paths` are the files that
    it was read from, or would be if they were there.
    """

    name: str
    file: str
    folder: PurePath
    python: str
    python_origin: Origin
    prefix: str = "build"
    keep_generations: int = KEPT_GENERATIONS
    compile_bytecode: bool = True
    requires_assembler: str | None = None
    lock: LockPolicy = LockPolicy()
    targets: tuple[Target, ...] = ()
    indexes: tuple[IndexRoute, ...] = ()
    sources: tuple[SourceTree, ...] = ()
    archives: tuple[SourceArchive, ...] = ()
    repositories: tuple[SourceRepository, ...] = ()
    recipes: tuple[RecipeSource, ...] = ()
    secrets: tuple[SecretSource, ...] = ()
    parts: Mapping[PartName, Part] = {}
    selections: Mapping[str, frozenset[PartName]] = {}
    environment_read: Mapping[str, str | None] = {}
    paths: tuple[PurePath, ...] = ()
