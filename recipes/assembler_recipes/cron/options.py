"""The options of jobs that run at times."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from assembler.api import Text


class JobOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """A job."""

    schedule: Annotated[
        str,
        msgspec.Meta(
            description="When it runs, as cron writes it: minute, hour, day of the month, month "
            "and day of the week, or one of `@hourly`, `@daily`, `@weekly`, `@monthly`, "
            "`@yearly` and (not for timers) `@reboot`."
        ),
    ]
    run: Annotated[
        Text | tuple[Text, ...],
        msgspec.Meta(
            description="Its command line: an array, or a string that is split into words as "
            "`sh` would; nothing in it is expanded."
        ),
    ]
    env: Annotated[Mapping[str, Text], msgspec.Meta(description="Environment variables.")] = {}
    env_files: Annotated[
        tuple[Text, ...],
        msgspec.Meta(description="Files with environment variables, such as an `env-file` part's."),
    ] = ()
    directory: Annotated[Text | None, msgspec.Meta(description="The folder that it starts in.")] = (
        None
    )
    log: Annotated[
        Text | None, msgspec.Meta(description="Its log, where it is not the part's.")
    ] = None
    overlap: Annotated[
        bool | None,
        msgspec.Meta(description="Whether it overlaps with itself, where the part says otherwise."),
    ] = None


class CronOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """Jobs that run at times, as timers of systemd or as entries of cron."""

    jobs: Annotated[Mapping[str, JobOptions], msgspec.Meta(description="The jobs, by name.")]
    style: Annotated[
        Literal["timer", "cron.d", "crontab"],
        msgspec.Meta(
            description="What deployment makes of them: timers of systemd, a file of the "
            "machine's cron, or a block in a user's crontab."
        ),
    ] = "timer"
    overlap: Annotated[
        bool,
        msgspec.Meta(
            description="Whether a job starts that still runs since the time before; otherwise "
            "that time is left out."
        ),
    ] = False
    log: Annotated[
        Text | None,
        msgspec.Meta(
            description="A file to which the output of jobs is added: a path below the prefix, in "
            "`var`, or an absolute one; otherwise systemd's journal or cron's mail has it."
        ),
    ] = None
    user: Annotated[
        str | None,
        msgspec.Meta(
            description="Who runs the jobs. `cron.d` needs it; timers are otherwise root's, and "
            "the crontab is that of whoever deploys."
        ),
    ] = None
    time_zone: Annotated[
        str | None,
        msgspec.Meta(
            description="The time zone of the schedules, such as `Europe/Berlin`; timers only. "
            "Otherwise it is the machine's."
        ),
    ] = None
    manager: Annotated[
        Literal["system", "user"],
        msgspec.Meta(description="The machine's systemd, or that of whoever deploys."),
    ] = "system"
    directory: Annotated[
        str | None,
        msgspec.Meta(
            description="Where deployment puts the files: an absolute path; otherwise "
            "`/etc/systemd/system` or `/etc/cron.d`."
        ),
    ] = None
