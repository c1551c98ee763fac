"""The tables of an assembly file, as they are written, with what each key means."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from assembler.model.layout import KEPT_GENERATIONS
from assembler.model.project import ResolutionMode
from assembler.model.text import Value

_PYTHON = Meta(extra_json_schema={"pattern": r"^3\.\d+(\.\d+)?$"})
_SHA256 = Meta(extra_json_schema={"pattern": "^[0-9a-f]{64}$"})


Uploads: TypeAlias = str | Literal[False]
"""A rule about upload times: a date, an instant, a duration, or none."""


class AssemblyTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """`[assembly]`: the application."""

    name: Annotated[str, Meta(description="The application's name.")]
    python: Annotated[
        str,
        _PYTHON,
        Meta(
            description="The Python of every program that names none: a minor version (`3.12`), "
            "or a full one (`3.12.4`: this patch or a later one)."
        ),
    ]
    prefix: Annotated[
        str,
        Meta(
            description="Where `assemble build` builds, relative to the file; left out, `build`, "
            "or `build-NAME` for `NAME.toml`."
        ),
    ] = "build"
    keep_generations: Annotated[
        int,
        Meta(ge=1, description="How many generations a prefix keeps, the current one among them."),
    ] = KEPT_GENERATIONS
    compile_bytecode: Annotated[
        bool,
        Meta(
            description="Whether wheels are compiled when they are unpacked; if not, programs "
            "compile what they import, where they may write."
        ),
    ] = True
    requires_assembler: Annotated[
        str | None, Meta(description="A version specifier; another assembler refuses the file.")
    ] = None
    select: Annotated[
        Mapping[str, tuple[str, ...]],
        Meta(
            description="Named selections for `--only`: parts, or other selections. Without "
            "`--only`, `default` is built, and all parts where there is none."
        ),
    ] = {}


class ExtensionTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """A file from the network that is extended."""

    url: Annotated[str, Meta(description="Where it is.")]
    sha256: Annotated[str, _SHA256, Meta(description="The hash of its content.")]


class WrittenAssemblyTable(AssemblyTable, frozen=True, kw_only=True, rename="kebab"):
    """`[assembly]` as it is written: also what lies below the file."""

    extends: Annotated[
        tuple[str | ExtensionTable, ...],
        Meta(
            description="Files that lie below this one, the last one on top: paths relative to it, "
            "or what is on the network, with its hash."
        ),
    ] = ()


class OverrideTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """An entry of `[lock.overrides]`: exactly one of `version` and `exclude`."""

    because: Annotated[str, Meta(description="The reason, which `lock` and `why` show.")]
    version: Annotated[
        str | None,
        Meta(description='The version specifier that counts; `""` for every version.'),
    ] = None
    exclude: Annotated[
        bool, Meta(description="Nobody gets the distribution, nor what it alone needs.")
    ] = False


class LockTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """`[lock]`: what the lock must serve, and what it may choose."""

    file: Annotated[
        str | None,
        Meta(
            description="The lock to build from where it is that of another assembly file beside "
            "this one, such as `pylock.toml`."
        ),
    ] = None
    targets: Annotated[
        tuple[str, ...],
        Meta(
            description="The machines that the lock must serve, such as `linux-x86_64`; left out, "
            "this machine's platform."
        ),
    ] = ()
    constraints: Annotated[
        Mapping[str, str],
        Meta(
            description="Version specifiers that narrow every requirement of a distribution, by "
            'name; `""` takes one away.'
        ),
    ] = {}
    overrides: Annotated[
        Mapping[str, OverrideTable | str],
        Meta(
            description="What counts instead of every version that anyone asks of a distribution, "
            'by name; `""` takes one away.'
        ),
    ] = {}
    build_constraints: Annotated[
        Mapping[str, str],
        Meta(description="The same as `constraints` for what distributions are built with."),
    ] = {}
    build_overrides: Annotated[
        Mapping[str, OverrideTable | str],
        Meta(description="The same as `overrides` for what distributions are built with."),
    ] = {}
    exclude_newer: Annotated[
        Uploads | Mapping[str, Uploads] | None,
        Meta(
            description='Leave out files uploaded after a date (`"2026-10-01"`), an instant '
            '(`"2026-10-01T12:00:00Z"`), or within a duration (`"7 days"`); or a table of such '
            "rules by distribution, `default` being that of all others, and `false` leaving "
            "nothing out."
        ),
    ] = None
    prereleases: Annotated[
        tuple[str, ...],
        Meta(
            description='Names whose pre-releases may be chosen; `["*"]` for all. Others follow '
            "the standard's rule."
        ),
    ] = ()
    sdists: Annotated[
        tuple[str, ...] | Literal["any"],
        Meta(
            description="Names whose source distributions from an index may be built; `any` for "
            "all. Sources of your own always may."
        ),
    ] = ()
    from_source: Annotated[
        tuple[str, ...],
        Meta(
            description="Names of which no wheel is used: they are built from their source "
            "distributions."
        ),
    ] = ()
    unknown_extras: Annotated[
        Literal["warn", "refuse"],
        Meta(
            description="What `assemble lock` does where anyone asks for an extra that the chosen "
            "version does not have."
        ),
    ] = "warn"
    resolution: Annotated[
        ResolutionMode,
        Meta(
            description="Which versions are preferred: `highest`; `lowest`; or `lowest-direct`, "
            "the lowest of what programs and distributions of the project's own list, and the "
            "highest of everything else."
        ),
    ] = "highest"


class TargetTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """`[targets.NAME]`: a machine of your own, which `lock.targets` then names."""

    platform: Annotated[str, Meta(description="The built-in target that it is otherwise.")]
    python: Annotated[
        str | None,
        _PYTHON,
        Meta(description="The Python of every program on it; left out, each program's own."),
    ] = None
    glibc: Annotated[
        str | None, Meta(description="The oldest glibc that it must run on; built in: 2.28.")
    ] = None
    musl: Annotated[
        str | None, Meta(description="The oldest musl that it must run on; built in: 1.2.")
    ] = None
    macos: Annotated[
        str | None, Meta(description="The oldest macOS that it must run on; built in: 12.")
    ] = None
    markers: Annotated[
        Mapping[str, str],
        Meta(description="Environment markers and their values, such as `platform_release`."),
    ] = {}


class IndexTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """`[index.NAME]`: a package index; one that is not the default has `only`."""

    url: Annotated[str, Meta(description="The address of its Simple Repository API.")]
    only: Annotated[
        tuple[str, ...],
        Meta(
            description="Names, or patterns such as `acme-*`, that come from here and from "
            "nowhere else."
        ),
    ] = ()
    default: Annotated[
        bool,
        Meta(description="It has all names that no other index claims, instead of PyPI."),
    ] = False
    marker: Annotated[
        str, Meta(description="The names come from here on targets for which this marker is true.")
    ] = ""
    format: Annotated[
        Literal["simple", "flat"],
        Meta(description="`flat`: the address is that of one page, or folder, with all files."),
    ] = "simple"
    files: Annotated[
        tuple[str, ...],
        Meta(
            description="Hosts (`files.acme.example`, with a port if it is not the usual one) that "
            "its files may be on besides its own; a lock with files elsewhere is refused."
        ),
    ] = ()
    insecure: Annotated[bool, Meta(description="Plain http is allowed to this index.")] = False
    exclude_newer: Annotated[
        Uploads | None,
        Meta(description="A rule about its upload times that counts instead of the lock's."),
    ] = None
    upload_time: Annotated[
        bool,
        Meta(
            description="`false`: it says no upload times, and `exclude-newer` leaves no file out "
            "that has none."
        ),
    ] = True


class NamedSource(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """An entry of `[sources]` whose key is the name of a distribution."""

    path: Annotated[
        str, Meta(description="A folder, a wheel or an sdist of the project, relative to the file.")
    ]
    editable: Annotated[bool, Meta(description="Use the folder in place.")] = False


class ArchiveEntry(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """An entry of `[sources]` that is a wheel or sdist at a URL."""

    url: Annotated[str, Meta(description="Where the wheel or sdist is.")]
    sha256: Annotated[
        str | None, _SHA256, Meta(description="Its hash; left out, the one that it has is locked.")
    ] = None


class RepositoryEntry(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """An entry of `[sources]` that is a git repository."""

    git: Annotated[str, Meta(description="The repository (`https://`, `ssh://` or `file://`).")]
    rev: Annotated[
        str | None,
        Meta(
            description="A branch, a tag or a commit; left out, its default branch. The commit is "
            "locked."
        ),
    ] = None
    subdirectory: Annotated[str | None, Meta(description="A folder in it.")] = None


class PathSource(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """An entry of `[sources]` whose key is a path or a glob."""

    editable: Annotated[bool, Meta(description="Use the folder in place.")] = False


class SecretTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """An entry of `[secrets]`: exactly one of `env` and `file`; `""` takes one away."""

    env: Annotated[str, Meta(description="The environment variable that holds the value.")] = ""
    file: Annotated[
        str,
        Meta(
            description="The file that holds the value, relative to the assembly file; one line "
            "break at its end does not count."
        ),
    ] = ""


class RecipeFileEntry(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """Recipes of the project's own: an entry of `[recipes]`."""

    path: Annotated[
        str,
        Meta(
            description="A Python file or an import package in the project, relative to the "
            "assembly file."
        ),
    ]


class PartTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """What every part may have besides the options of its recipe."""

    recipe: Annotated[str, Meta(description="How the part is made.")]
    needs: Annotated[
        tuple[str, ...],
        Meta(
            description="Parts that must be made before; this part is made again when one of them "
            "changes."
        ),
    ] = ()
    inherits: Annotated[
        tuple[str, ...],
        Meta(description="Presets that lie below what the part says, the last one on top."),
    ] = ()
    enabled: Annotated[bool, Meta(description="`false` leaves the part out.")] = True


class AssemblyFile(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """The whole file: its tables, in the order in which people write them."""

    assembly: Annotated[WrittenAssemblyTable, Meta(description="The application.")]
    lock: Annotated[
        LockTable | None, Meta(description="What the lock must serve, and what it may choose.")
    ] = None
    targets: Annotated[
        Mapping[str, TargetTable], Meta(description="Machines of your own, by name.")
    ] = {}
    index: Annotated[
        Mapping[str, IndexTable],
        Meta(description="Package indexes, by name; without any, PyPI is asked for everything."),
    ] = {}
    sources: Annotated[
        Mapping[str, NamedSource | ArchiveEntry | RepositoryEntry | PathSource],
        Meta(
            description="Where distributions come from instead of an index. A key with a slash is "
            "itself the path, or a pattern for several."
        ),
    ] = {}
    recipes: Annotated[
        Mapping[str, str | RecipeFileEntry],
        Meta(
            description="Recipes from elsewhere, by the name that stands before the colon in "
            '`recipe = "acme:vhost"`: the requirement of a distribution that offers them, or a '
            "Python file of the project."
        ),
    ] = {}
    vars: Annotated[
        Mapping[str, Value],
        Meta(description="Values of your own, of any type, for references: `${vars.port}`."),
    ] = {}
    secrets: Annotated[
        Mapping[str, SecretTable],
        Meta(
            description="Passwords and the like, by name, for references in files that are written "
            "outside the build: `${secrets.DB_PASSWORD}`."
        ),
    ] = {}
    presets: Annotated[
        Mapping[str, Mapping[str, Value]],
        Meta(description="What parts inherit, by name; never parts themselves."),
    ] = {}
    parts: Annotated[Mapping[str, PartTable], Meta(description="The parts, by name.")] = {}
    when: Annotated[
        tuple[Mapping[str, Value], ...],
        Meta(
            description="Tables that count on the targets only for which their `marker` (PEP 508, "
            "about the platform) is true."
        ),
    ] = ()
    for_each: Annotated[
        Mapping[str, Mapping[str, Value]],
        Meta(description="Tables that are made for each of `names`, `${name}` replaced in them."),
    ] = {}


TABLES = AssemblyFile.__struct_encode_fields__
"""The tables that a file may have."""
