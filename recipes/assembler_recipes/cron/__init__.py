"""Jobs that run at times: timers of systemd, or entries of cron."""

import re
from collections.abc import Iterator

from assembler.api import (
    Assembled,
    AtDeployment,
    CheckOutput,
    ConfigurationError,
    Expose,
    InstallCrontab,
    InstallFile,
    KeepDirectory,
    Needs,
    Outputs,
    Part,
    Place,
    Step,
    Text,
    WriteFile,
    quoted,
)
from assembler_recipes.cron.options import CronOptions
from assembler_recipes.cron.schedule import REBOOT, five_fields
from assembler_recipes.cron.scripts import FOLDER, lock, log_folder, script
from assembler_recipes.cron.timers import timers

_NAME = re.compile("[A-Za-z0-9_-]{1,64}")
_USER = re.compile("[a-z_][a-z0-9_-]{0,31}")
_ZONE = re.compile("[A-Za-z0-9_+/-]{1,64}")
_OTHER = re.compile("[^A-Za-z0-9_-]")
_CRONTAB = "crontab"
_CHECK = """\
case $1 in
*[%\\\\]*) echo "cron can't run what is below $1: the path holds a % or a backslash"; exit 1 ;;
esac
case $(crontab -h 2>&1) in
*"dry run"*) exec crontab -n crontab ;;
*" -T "*) exec crontab -T crontab ;;
esac
"""


class Cron:
    """Lets jobs run at times. What starts them is deployed; a build only writes their scripts.

    `${parts.X.path}` is the folder of the scripts, each of which runs a job as it runs at its time;
    they stand at `etc/cron/X` in the prefix.
    """

    options: type[CronOptions] = CronOptions

    def declare(self, part: Part) -> Needs:
        """Nothing. Raises `ConfigurationError` for names and schedules that can't be."""
        options = part.typed(CronOptions)
        if not options.jobs:
            raise ConfigurationError(f"part `{part.name}` has no jobs", origin=part.origin)
        for name in options.jobs:
            _check_job(part, name)
        for key, value, pattern in (
            ("user", options.user, _USER),
            ("time-zone", options.time_zone, _ZONE),
        ):
            if value is not None and not pattern.fullmatch(value):
                raise ConfigurationError(
                    f"`{value}` can't be a {key.replace('-', ' ')}", origin=part.origin_of(key)
                )
        _check_style(part, options)
        return Needs()

    def outputs(self, part: Part) -> Outputs:
        """`path`: the folder of the scripts."""
        return {"path": Text((Place(root="part", part=part.name, path=FOLDER),))}

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:  # noqa: ARG002 - the protocol's
        """Write the scripts, write and check what starts them, and say how that is deployed."""
        options = part.typed(CronOptions)
        prefix = _OTHER.sub("-", part.name)
        started = timers(part, prefix) if options.style == "timer" else _entries(part, prefix)
        return (*_scripts(part), *started)


def _check_job(part: Part, name: str) -> None:
    options = part.typed(CronOptions)
    if not _NAME.fullmatch(name):
        raise ConfigurationError(
            f"`{name}` can't be the name of a job",
            origin=part.origin_of("jobs", name),
            hints=("letters, digits, `_` and `-` can",),
        )
    origin = part.origin_of("jobs", name, "schedule")
    try:
        fields = five_fields(options.jobs[name].schedule)
    except ValueError as error:
        raise ConfigurationError(
            f"the schedule of job `{name}` is none: {error}", origin=origin
        ) from error
    if fields == REBOOT and options.style == "timer":
        raise ConfigurationError(
            f"no timer is like `{REBOOT}`, the schedule of job `{name}`",
            origin=origin,
            hints=("a service of a `systemd` part starts with the machine",),
        )


def _check_style(part: Part, options: CronOptions) -> None:
    timer, user = options.style == "timer", options.manager == "user"
    for wrong, key, message in (
        (options.time_zone and not timer, "time-zone", "only timers have `time-zone`"),
        (user and not timer, "manager", "only timers have `manager`"),
        (user and options.user, "user", "a user's manager runs jobs as that user: leave `user`"),
        (user and not options.directory, "manager", "a user's manager needs `directory`"),
        (
            options.style == "crontab" and options.directory,
            "directory",
            "a crontab is in no `directory`",
        ),
        (options.style == "cron.d" and not options.user, "style", "`cron.d` needs `user`"),
    ):
        if wrong:
            raise ConfigurationError(f"part `{part.name}`: {message}", origin=part.origin_of(key))


def _scripts(part: Part) -> Iterator[Step]:
    names = part.typed(CronOptions).jobs
    folders = [folder for name in names for folder in (log_folder(part, name), lock(part, name))]
    yield from (KeepDirectory(path=folder) for folder in dict.fromkeys(folders) if folder)
    for name in names:
        path = f"{FOLDER}/{name}"
        yield WriteFile(path=path, content=script(part, name), executable=True)
        yield Expose(path=f"etc/cron/{part.name}/{name}", target=path)


def _entries(part: Part, prefix: str) -> Iterator[Step]:
    """Entries of cron: lines of a file of the machine's, or of a user's crontab."""
    options = part.typed(CronOptions)
    in_crontab = options.style == "crontab"
    user = "" if in_crontab else f" {options.user}"
    lines = Text.of(*(_entry(part, name, user) for name in options.jobs))
    yield WriteFile(path=_CRONTAB, content=lines)
    yield CheckOutput(
        tool="sh",
        uses=("crontab",),
        arguments=(*(Text.of(word) for word in ("-c", _CHECK, "check")), _prefix()),
        files={_CRONTAB: lines},
    )
    if in_crontab:
        yield AtDeployment(action=InstallCrontab(source=_CRONTAB, user=options.user or ""))
    else:
        path = f"{options.directory or '/etc/cron.d'}/{prefix}"
        yield AtDeployment(action=InstallFile(path=path, source=_CRONTAB))


def _entry(part: Part, name: str, user: str) -> Text:
    fields = five_fields(part.typed(CronOptions).jobs[name].schedule)
    script = Text((Place(root="part", part=part.name, path=f"{FOLDER}/{name}"),)).stable()
    return Text.of(f"{fields}{user} ", quoted(script), "\n")


def _prefix() -> Text:
    return Text((Place(root="prefix"),))


recipe = Cron()
