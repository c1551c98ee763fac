"""The options of a supervisor."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from assembler.api import Text


class SupervisedOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """A program that supervisor runs."""

    run: Annotated[
        Text | tuple[Text, ...],
        msgspec.Meta(
            description="Its command line: an array, or a string that is split into words as "
            "`sh` would; a path in a part is written as the stable path."
        ),
    ]
    env: Annotated[Mapping[str, Text], msgspec.Meta(description="Environment variables.")] = {}
    env_files: Annotated[
        tuple[Text, ...],
        msgspec.Meta(description="Files with environment variables, such as an `env-file` part's."),
    ] = ()
    directory: Annotated[Text | None, msgspec.Meta(description="The folder it starts in.")] = None
    priority: Annotated[
        int, msgspec.Meta(description="Lower ones are started first and stopped last.")
    ] = 999
    user: Annotated[
        str | None, msgspec.Meta(description="Who runs it, where supervisor is started by root.")
    ] = None
    processes: Annotated[int, msgspec.Meta(description="How many of it run.", ge=1)] = 1
    restart: Annotated[
        Literal["always", "unexpected", "no"],
        msgspec.Meta(description="When it is started again: `unexpected` is after a failure."),
    ] = "unexpected"
    start_seconds: Annotated[
        int, msgspec.Meta(description="How long it must run to count as started.", ge=0)
    ] = 1
    stop_seconds: Annotated[
        int, msgspec.Meta(description="How long it may take to stop before it is killed.", ge=0)
    ] = 10
    stop_signal: Annotated[
        Literal["TERM", "HUP", "INT", "QUIT", "KILL", "USR1", "USR2"],
        msgspec.Meta(description="The signal that stops it."),
    ] = "TERM"
    reload_signal: Annotated[
        Literal["HUP", "USR1", "USR2"],
        msgspec.Meta(description="The signal that lets it read its configuration again."),
    ] = "HUP"
    reloads_on: Annotated[
        tuple[Text, ...],
        msgspec.Meta(
            description="Paths whose change is taken over by `reload-signal`, not a restart."
        ),
    ] = ()
    log: Annotated[
        Text | None,
        msgspec.Meta(description="Its log file; otherwise `NAME.log` in the folder `logs`."),
    ] = None
    check: Annotated[
        Text | tuple[Text, ...] | None,
        msgspec.Meta(
            description="A command line that tells, after a start, whether it is well; otherwise "
            "supervisor is asked."
        ),
    ] = None
    patience: Annotated[
        float, msgspec.Meta(description="How long it may take until it is well, in seconds.")
    ] = 30.0
    settings: Annotated[
        Mapping[str, str], msgspec.Meta(description="Further lines of its section; they win.")
    ] = {}


class SupervisorOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """A supervisor, and the programs that it runs."""

    programs: Annotated[
        Mapping[str, SupervisedOptions], msgspec.Meta(description="The programs, by name.")
    ]
    groups: Annotated[
        Mapping[str, tuple[str, ...]],
        msgspec.Meta(description="Groups of programs, to start and stop them together."),
    ] = {}
    http: Annotated[
        str,
        msgspec.Meta(
            description="How `supervisorctl` reaches it: `unix`, a socket in the folder `run`, or "
            "an address on this machine, `127.0.0.1:9001`."
        ),
    ] = "unix"
    version: Annotated[
        str, msgspec.Meta(description="Which versions of supervisor serve (PEP 440).")
    ] = ">=4.2"
    python: Annotated[
        str | None, msgspec.Meta(description="Its Python; otherwise the assembly's.")
    ] = None
    logs: Annotated[
        str, msgspec.Meta(description="The folder for logs, below the prefix, in `var`.")
    ] = "var/log"
    run: Annotated[
        str, msgspec.Meta(description="The folder for its socket and process number.")
    ] = "var/run"
    settings: Annotated[
        Mapping[str, str], msgspec.Meta(description="Further lines of `[supervisord]`; they win.")
    ] = {}
