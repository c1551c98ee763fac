"""Directories for what outlasts builds: in the prefix, and elsewhere on the machine."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

import msgspec

from assembler.api import (
    Assembled,
    AtDeployment,
    CheckOutput,
    ConfigurationError,
    Expose,
    InstallFile,
    KeepDirectory,
    Needs,
    Outputs,
    Part,
    Place,
    Refresh,
    Step,
    Text,
    WriteFile,
    relative_path,
)

_MODE = re.compile("0?[0-7]{3}")
_NAME = re.compile("[a-z_][a-z0-9_-]{0,31}")


class DirectoryOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """A directory."""

    path: Annotated[
        str,
        msgspec.Meta(
            description="A path below the prefix, in `var`; or an absolute one, which deployment "
            "lets systemd-tmpfiles make."
        ),
    ]
    mode: Annotated[str, msgspec.Meta(description="Its permission bits, in octal.")] = "0755"
    user: Annotated[str | None, msgspec.Meta(description="Who owns it; absolute paths only.")] = (
        None
    )
    group: Annotated[str | None, msgspec.Meta(description="Its group; absolute paths only.")] = None
    age: Annotated[
        str | None,
        msgspec.Meta(description="After what time files in it go, such as `10d`; absolute only."),
    ] = None


class LayoutOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """Directories for state, logs and sockets, and the user who owns them."""

    dirs: Annotated[
        Mapping[str, DirectoryOptions | str],
        msgspec.Meta(description="Directories by name: a path, or a table with more."),
    ]
    user: Annotated[
        str | None,
        msgspec.Meta(
            description="The system user that owns directories outside the prefix; deployment "
            "lets systemd-sysusers make it."
        ),
    ] = None
    group: Annotated[str | None, msgspec.Meta(description="The group; otherwise the user's.")] = (
        None
    )
    tmpfiles: Annotated[
        str, msgspec.Meta(description="Where deployment puts the directories outside the prefix.")
    ] = "/etc/tmpfiles.d"
    sysusers: Annotated[str, msgspec.Meta(description="Where deployment puts the user.")] = (
        "/etc/sysusers.d"
    )


class Layout:
    """Keeps directories whose content no build touches; an empty one goes with its entry.

    `${parts.X.NAME}` is the path of each directory.
    """

    options: type[LayoutOptions] = LayoutOptions

    def declare(self, part: Part) -> Needs:
        """Nothing. Raises `ConfigurationError` for paths, modes and names that can't be."""
        options = part.typed(LayoutOptions)
        for key, name in (("user", options.user), ("group", options.group)):
            if name is not None and not _NAME.fullmatch(name):
                raise ConfigurationError(
                    f"`{name}` can't be the name of a {key}", origin=part.origin_of(key)
                )
        for name, directory in _directories(part):
            _check(part, name, directory)
        return Needs()

    def outputs(self, part: Part) -> Outputs:
        """The path of each directory, by its name."""
        return {name: _path(directory) for name, directory in _directories(part)}

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:  # noqa: ARG002 - the protocol's
        """Directories in the prefix, and what makes those outside."""
        inside = [each for _, each in _directories(part) if not each.path.startswith("/")]
        return (
            *(
                KeepDirectory(path=relative_path(each.path, part.origin), mode=int(each.mode, 8))
                for each in inside
            ),
            *_outside(part),
        )


def _directories(part: Part) -> Iterator[tuple[str, DirectoryOptions]]:
    for name, given in part.typed(LayoutOptions).dirs.items():
        yield name, DirectoryOptions(path=given) if isinstance(given, str) else given


def _check(part: Part, name: str, directory: DirectoryOptions) -> None:
    at = part.origin_of("dirs", name)
    if not _MODE.fullmatch(directory.mode):
        raise ConfigurationError(
            f"`{directory.mode}` is no permission bits in octal, such as `0750`", origin=at
        )
    outside = directory.path.startswith("/")
    path = relative_path(directory.path.lstrip("/"), at)
    if not outside and path.partition("/")[0] != "var":
        raise ConfigurationError(
            f"`{directory.path}` is not in `var`, where what outlasts builds is",
            origin=at,
            hints=(f"write `var/{path}`, or an absolute path for a place outside the prefix",),
        )
    if not outside and (directory.user or directory.group or directory.age):
        raise ConfigurationError(
            f"`{name}` is in the prefix and belongs to whoever builds: it has no `user`, `group` "
            "or `age`",
            origin=at,
        )


def _path(directory: DirectoryOptions) -> Text:
    if directory.path.startswith("/"):
        return Text.of(directory.path)
    return Text((Place(root="prefix", path=directory.path.rstrip("/")),))


def _outside(part: Part) -> Iterator[Step]:
    options = part.typed(LayoutOptions)
    outside = [each for _, each in _directories(part) if each.path.startswith("/")]
    if options.user is not None or options.group is not None:
        users = _file(part, "sysusers", _users(options), ("--dry-run",), {})
        yield from (*users, *_installed(part, "sysusers", options.sysusers, ()))
    if outside:
        lines = [_tmpfiles_line(each, options) for each in outside]
        known = _known(outside, options)
        directories = _file(part, "tmpfiles", lines, ("--clean",), known)
        yield from (*directories, *_installed(part, "tmpfiles", options.tmpfiles, ("--create",)))


def _file(
    part: Part, kind: str, lines: Sequence[str], check: Sequence[str], known: Mapping[str, str]
) -> Iterator[Step]:
    """A file of a systemd tool, checked by the tool in a root of its own."""
    name = f"{part.name}.conf"
    content = Text.of("".join(f"{line}\n" for line in lines))
    yield WriteFile(path=f"{kind}.d/{name}", content=content)
    yield CheckOutput(
        tool=f"systemd-{kind}",
        arguments=tuple(Text.of(word) for word in ("--root=root", *check, name)),
        files={
            f"root/etc/{kind}.d/{name}": content,
            **{f"root/etc/{path}": Text.of(text) for path, text in known.items()},
        },
    )
    yield Expose(path=f"etc/{kind}.d/{name}", target=f"{kind}.d/{name}")


def _installed(part: Part, kind: str, directory: str, arguments: Sequence[str]) -> Iterator[Step]:
    path = f"{directory}/{part.name}.conf"
    yield AtDeployment(action=InstallFile(path=path, source=f"{kind}.d/{part.name}.conf"))
    command = tuple(Text.of(word) for word in (f"systemd-{kind}", *arguments, path))
    yield AtDeployment(action=Refresh(command=command))


def _known(directories: Sequence[DirectoryOptions], options: LayoutOptions) -> Mapping[str, str]:
    """The users and groups that a check must know."""
    owners = [(options.user, options.group), *((each.user, each.group) for each in directories)]
    names = sorted({name for pair in owners for name in pair if name})
    return {
        "passwd": "".join(f"{name}:x:1:1::/:/bin/false\n" for name in names),
        "group": "".join(f"{name}:x:1:\n" for name in names),
    }


def _tmpfiles_line(directory: DirectoryOptions, options: LayoutOptions) -> str:
    user = directory.user or options.user
    group = directory.group or options.group or user
    path = directory.path.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    columns = (f'"{path}"', directory.mode, user or "-", group or "-", directory.age or "-")
    return f"d {' '.join(columns)}"


def _users(options: LayoutOptions) -> Sequence[str]:
    group = options.group if options.group != options.user else None
    groups = (f"g {group} -",) if group else ()
    users = (f"u {options.user} -{f':{group}' if group else ''} -",) if options.user else ()
    return (*groups, *users)


recipe = Layout()
