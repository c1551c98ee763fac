"""The options of the rotation of logs."""

from typing import Annotated, Literal

import msgspec

from assembler.api import Text, part_name


class SignalOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """A signal, and whom it goes to: one of `program`, `service` and `pid-file`."""

    name: Annotated[
        Literal["HUP", "USR1", "USR2", "WINCH"], msgspec.Meta(description="The signal.")
    ] = "USR1"
    program: Annotated[
        str | None,
        part_name("A `program` part: every process of it that handles the signal gets it."),
    ] = None
    service: Annotated[
        str | None,
        msgspec.Meta(description="A unit of systemd, whose main process gets it if it runs."),
    ] = None
    pid_file: Annotated[
        Text | None, msgspec.Meta(description="A file that holds the number of a process.")
    ] = None


class LogrotateOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """Logs that are put aside at times, and deleted when they are old."""

    files: Annotated[
        tuple[Text, ...],
        msgspec.Meta(
            description="Paths or patterns, such as `var/log/*.log`: below the prefix, in `var`, "
            "or absolute."
        ),
    ]
    every: Annotated[
        Literal["hour", "day", "week", "month", "year"],
        msgspec.Meta(
            description="How often; `hour` needs a machine that runs logrotate every hour."
        ),
    ] = "week"
    rotate: Annotated[int, msgspec.Meta(description="How many old logs are kept.", ge=0)] = 4
    max_size: Annotated[
        str | None,
        msgspec.Meta(description="The size, such as `100M`, that makes a log due before its time."),
    ] = None
    compress: Annotated[
        bool, msgspec.Meta(description="Compress old logs, but for the youngest.")
    ] = True
    copy: Annotated[
        bool,
        msgspec.Meta(
            description="Copy a log and empty it, for programs that never open it again; what "
            "they write meanwhile can be lost."
        ),
    ] = False
    user: Annotated[
        str | None,
        msgspec.Meta(
            description="Who owns the logs; logrotate acts as this user. It refuses a folder that "
            "others than root may write to if there is none."
        ),
    ] = None
    group: Annotated[
        str | None, msgspec.Meta(description="The group; otherwise that of the user's name.")
    ] = None
    mode: Annotated[
        str | None,
        msgspec.Meta(
            description="Make the new log at once, with these permission bits in octal; otherwise "
            "that is as the machine's logrotate has it."
        ),
    ] = None
    signal: Annotated[
        SignalOptions | None,
        msgspec.Meta(description="A signal that lets programs open their logs again."),
    ] = None
    run: Annotated[
        Text | tuple[Text, ...] | None,
        msgspec.Meta(
            description="A command line to run after logs were put aside: an array, or a string "
            "that is split into words as `sh` would."
        ),
    ] = None
    directory: Annotated[
        str,
        msgspec.Meta(
            description="Where deployment puts the file: an absolute path; or `none`, where a job "
            "of one's own runs logrotate with it."
        ),
    ] = "/etc/logrotate.d"
