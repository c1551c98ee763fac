"""The options of systemd units."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from assembler.api import Text

Setting = str | tuple[str, ...]
Hardening = Literal["none", "basic", "strict"]
Restart = Literal[
    "no", "on-success", "on-failure", "on-abnormal", "on-watchdog", "on-abort", "always"
]


class UnitOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """What all units have."""

    description: Annotated[
        str | None, msgspec.Meta(description="What it is; otherwise its name and the part's.")
    ] = None
    after: Annotated[
        tuple[str, ...],
        msgspec.Meta(description="Units that are started before: of this part, or others."),
    ] = ()
    requires: Annotated[
        tuple[str, ...],
        msgspec.Meta(description="Units without which it does not run; it starts after them."),
    ] = ()
    wants: Annotated[
        tuple[str, ...], msgspec.Meta(description="Units that are started with it, if they can.")
    ] = ()
    wanted_by: Annotated[
        tuple[str, ...] | None,
        msgspec.Meta(description="What starts it at boot; otherwise what is usual for its kind."),
    ] = None
    unit_settings: Annotated[
        Mapping[str, Setting],
        msgspec.Meta(description="Further lines of its `[Unit]` section, as systemd knows them."),
    ] = {}
    settings: Annotated[
        Mapping[str, Setting],
        msgspec.Meta(description="Further lines of the section of its kind; they win."),
    ] = {}


class ServiceOptions(UnitOptions, frozen=True, kw_only=True, rename="kebab"):
    """A service unit."""

    run: Annotated[
        Text | tuple[Text, ...],
        msgspec.Meta(
            description="Its command line: an array, or a string that is split into words as "
            "`sh` would; a path in a part is written as the stable path."
        ),
    ]
    type: Annotated[
        Literal["exec", "simple", "notify", "forking", "oneshot"],
        msgspec.Meta(description="When it counts as started."),
    ] = "exec"
    before: Annotated[
        tuple[Text | tuple[Text, ...], ...],
        msgspec.Meta(description="Command lines to run before it."),
    ] = ()
    reload: Annotated[
        Text | tuple[Text, ...] | None,
        msgspec.Meta(description="The command line that lets it read its configuration again."),
    ] = None
    stop: Annotated[
        Text | tuple[Text, ...] | None,
        msgspec.Meta(description="The command line that stops it; otherwise it is signalled."),
    ] = None
    check: Annotated[
        Text | tuple[Text, ...] | None,
        msgspec.Meta(
            description="A command line that tells, after a start, whether it is well; deployment "
            "goes back if it is not within `patience` seconds. Otherwise systemd is asked."
        ),
    ] = None
    patience: Annotated[
        float, msgspec.Meta(description="How long it may take until it is well, in seconds.")
    ] = 30.0
    user: Annotated[str | None, msgspec.Meta(description="Who runs it.")] = None
    group: Annotated[str | None, msgspec.Meta(description="Its group.")] = None
    env: Annotated[Mapping[str, Text], msgspec.Meta(description="Environment variables.")] = {}
    env_files: Annotated[
        tuple[Text, ...],
        msgspec.Meta(description="Files with environment variables, such as an `env-file` part's."),
    ] = ()
    credentials: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="Secrets that it finds in `$CREDENTIALS_DIRECTORY`, by their names."
        ),
    ] = ()
    directory: Annotated[Text | None, msgspec.Meta(description="The folder that it starts in.")] = (
        None
    )
    restart: Annotated[
        Restart | None, msgspec.Meta(description="When systemd starts it again.")
    ] = None
    hardening: Annotated[
        Hardening | None, msgspec.Meta(description="How much of the machine it may see.")
    ] = None
    writable: Annotated[
        tuple[Text, ...],
        msgspec.Meta(description="Folders that it may write to where hardening forbids others."),
    ] = ()
    reloads_on: Annotated[
        tuple[Text, ...],
        msgspec.Meta(description="Paths whose change is taken over by `reload`, not a restart."),
    ] = ()


class SocketOptions(UnitOptions, frozen=True, kw_only=True, rename="kebab"):
    """A socket unit, which starts a service for whoever connects."""

    listen: Annotated[
        str | tuple[str, ...],
        msgspec.Meta(description="Addresses or paths: `127.0.0.1:8000`, `/run/shop.sock`."),
    ]
    service: Annotated[
        str | None, msgspec.Meta(description="The service; otherwise the one of its name.")
    ] = None


class TimerOptions(UnitOptions, frozen=True, kw_only=True, rename="kebab"):
    """A timer unit, which starts a service at times."""

    calendar: Annotated[
        str | tuple[str, ...],
        msgspec.Meta(description="When, as systemd writes it: `Sun 03:00`, `hourly`."),
    ] = ()
    every: Annotated[
        str | None,
        msgspec.Meta(description="How often, after boot and after each run: `15min`."),
    ] = None
    persistent: Annotated[
        bool, msgspec.Meta(description="Make up for a time at which the machine was off.")
    ] = True
    service: Annotated[
        str | None, msgspec.Meta(description="The service; otherwise the one of its name.")
    ] = None


class PathOptions(UnitOptions, frozen=True, kw_only=True, rename="kebab"):
    """A path unit, which starts a service when something changes in the file system."""

    changed: Annotated[
        tuple[str, ...], msgspec.Meta(description="Paths that are watched for changes.")
    ] = ()
    exists: Annotated[
        tuple[str, ...], msgspec.Meta(description="Paths, or patterns, that are awaited.")
    ] = ()
    not_empty: Annotated[
        tuple[str, ...], msgspec.Meta(description="Folders in which something is awaited.")
    ] = ()
    service: Annotated[
        str | None, msgspec.Meta(description="The service; otherwise the one of its name.")
    ] = None


class SystemdOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """Units of systemd, as many as are wanted."""

    services: Annotated[
        Mapping[str, ServiceOptions], msgspec.Meta(description="Services, by unit name.")
    ] = {}
    sockets: Annotated[
        Mapping[str, SocketOptions], msgspec.Meta(description="Sockets, by unit name.")
    ] = {}
    timers: Annotated[
        Mapping[str, TimerOptions], msgspec.Meta(description="Timers, by unit name.")
    ] = {}
    paths: Annotated[
        Mapping[str, PathOptions], msgspec.Meta(description="Path units, by unit name.")
    ] = {}
    manager: Annotated[
        Literal["system", "user"],
        msgspec.Meta(description="The machine's systemd, or that of whoever deploys."),
    ] = "system"
    directory: Annotated[
        str | None,
        msgspec.Meta(
            description="Where deployment puts the units: an absolute path; otherwise "
            "`/etc/systemd/system`, or `/etc/systemd/user` for users' managers."
        ),
    ] = None
    user: Annotated[str | None, msgspec.Meta(description="Who runs services that don't say.")] = (
        None
    )
    group: Annotated[str | None, msgspec.Meta(description="The group of these.")] = None
    restart: Annotated[
        Restart, msgspec.Meta(description="When services are started again that don't say.")
    ] = "on-failure"
    hardening: Annotated[
        Hardening,
        msgspec.Meta(
            description="How much of the machine services may see: `basic` keeps them from "
            "gaining rights, `strict` also from writing outside `writable` and from the kernel."
        ),
    ] = "basic"
