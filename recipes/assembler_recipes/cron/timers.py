"""Jobs as services and timers of systemd."""

from collections.abc import Iterator, Mapping

from assembler.api import (
    AtDeployment,
    CheckOutput,
    Expose,
    InstallFile,
    ManageService,
    Part,
    Place,
    Refresh,
    Step,
    Text,
    WriteFile,
)
from assembler_recipes.cron.options import CronOptions
from assembler_recipes.cron.schedule import calendar, five_fields
from assembler_recipes.cron.scripts import FOLDER

_UNITS = "units"


def timers(part: Part, prefix: str) -> Iterator[Step]:
    """Write, check and deploy a service and a timer for each job, their names after `prefix`."""
    options = part.typed(CronOptions)
    written: dict[str, Text] = {}
    for name in options.jobs:
        written[f"{prefix}-{name}.service"] = _service(part, name)
        written[f"{prefix}-{name}.timer"] = _timer(part, name)
    for name, text in written.items():
        yield WriteFile(path=f"{_UNITS}/{name}", content=text.stable())
        yield Expose(path=f"etc/systemd/{name}", target=f"{_UNITS}/{name}")
    yield from _checks(part, written)
    directory = options.directory or "/etc/systemd/system"
    for name in written:
        action = InstallFile(path=f"{directory}/{name}", source=f"{_UNITS}/{name}")
        yield AtDeployment(action=action)
    yield AtDeployment(action=Refresh(command=_systemctl(options, "daemon-reload")))
    for name, text in written.items():
        if name.endswith(".timer"):
            yield AtDeployment(action=_managed(options, name, text))


def _service(part: Part, name: str) -> Text:
    options = part.typed(CronOptions)
    script = Place(root="part", part=part.name, path=f"{FOLDER}/{name}")
    user = f"User={options.user}\n" if options.user else ""
    files = options.jobs[name].env_files
    return Text.of(
        f"[Unit]\nDescription={name} ({part.name})\n\n[Service]\nType=oneshot\n{user}",
        *(Text.of("EnvironmentFile=", _doubled(file), "\n") for file in files),
        Text.of('ExecStart="', script, '"\n'),
    )


def _doubled(path: Text) -> Text:
    """A path that systemd reads up to the end of the line."""
    pieces = (each.replace("%", "%%") if isinstance(each, str) else each for each in path.pieces)
    return Text.of(*pieces)


def _timer(part: Part, name: str) -> Text:
    events = "".join(f"OnCalendar={event}\n" for event in _events(part, name))
    return Text.of(
        f"[Unit]\nDescription={name} ({part.name})\n\n[Timer]\n{events}AccuracySec=1s\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )


def _events(part: Part, name: str) -> tuple[str, ...]:
    options = part.typed(CronOptions)
    zone = f" {options.time_zone}" if options.time_zone else ""
    fields = five_fields(options.jobs[name].schedule)
    return tuple(f"{event}{zone}" for event in calendar(fields))


def _checks(part: Part, written: Mapping[str, Text]) -> Iterator[Step]:
    options = part.typed(CronOptions)
    events = dict.fromkeys(event for name in options.jobs for event in _events(part, name))
    yield _check(("calendar", *events), {})
    manager = ("--user",) if options.manager == "user" else ()
    yield _check(("verify", *manager, "--man=no", "--recursive-errors=no", *written), written)


def _check(arguments: tuple[str, ...], files: Mapping[str, Text]) -> Step:
    words = tuple(Text.of(word) for word in arguments)
    return CheckOutput(tool="systemd-analyze", arguments=words, files=files)


def _managed(options: CronOptions, name: str, text: Text) -> ManageService:
    return ManageService(
        name=name,
        start=_systemctl(options, "enable", "--now", name),
        stop=_systemctl(options, "disable", "--now", name),
        restart=_systemctl(options, "restart", name),
        inputs=text,
        check=_systemctl(options, "is-active", "--quiet", name),
    )


def _systemctl(options: CronOptions, *words: str) -> tuple[Text, ...]:
    manager = ("--user",) if options.manager == "user" else ()
    return tuple(Text.of(word) for word in ("systemctl", *manager, *words))
