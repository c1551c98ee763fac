import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from assembler_recipes.cron import recipe
from assembler_recipes.cron.options import CronOptions, JobOptions
from assembler_recipes.cron.schedule import calendar, five_fields

from assembler.api import (
    Assembled,
    AtDeployment,
    CheckOutput,
    ConfigurationError,
    Expose,
    InstallCrontab,
    InstallFile,
    KeepDirectory,
    ManageService,
    Place,
    Refresh,
    Secret,
    Step,
    Text,
    WriteFile,
)
from assembler.model.text import unquoted
from tests.recipes.parts import TARGET, part, text

MANAGE = text(Place(root="part", part="app", path="bin/manage"))
PACK = JobOptions(schedule="0 3 * * 0", run=Text.of(MANAGE, " pack"))
SYSTEMD_ANALYZE = shutil.which("systemd-analyze")
START = datetime(2027, 1, 1, tzinfo=UTC)


def steps(options: CronOptions) -> tuple[Step, ...]:
    made = part(options, "tidy")
    recipe.declare(made)
    return recipe.realise(made, Assembled(target=TARGET))


def files(options: CronOptions) -> dict[str, str]:
    """The files, with places as `<root:path>`, and as `<'root:path'>` where they are quoted."""
    return {
        step.path: "".join(shown(piece) for piece in step.content.pieces)
        for step in steps(options)
        if isinstance(step, WriteFile)
    }


def shown(piece: object) -> str:
    if isinstance(piece, str):
        return piece
    place = unquoted(piece)  # type: ignore[arg-type] # one of a text
    assert isinstance(place, Place)
    return f"<{place.root}:{place.path}>" if place is piece else f"<'{place.root}:{place.path}'>"


def actions(options: CronOptions) -> list[object]:
    return [step.action for step in steps(options) if isinstance(step, AtDeployment)]


def failure(options: CronOptions) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        steps(options)
    return caught.value


def test_a_job_is_a_script_that_a_timer_starts_by_its_stable_path():
    written = files(CronOptions(jobs={"pack": PACK}, user="shop", log=text("var/log/pack.log")))

    assert written == {
        "jobs/pack": """\
#!/bin/sh
exec >><'prefix:var/log/pack.log'> 2>&1
exec 9<<'prefix:var/cron/tidy/pack'>
flock -n 9 || exit 0
exec <'part:bin/manage'> 'pack'
""",
        "units/tidy-pack.service": """\
[Unit]
Description=pack (tidy)

[Service]
Type=oneshot
User=shop
ExecStart="<stable:jobs/pack>"
""",
        "units/tidy-pack.timer": """\
[Unit]
Description=pack (tidy)

[Timer]
OnCalendar=Sun *-*-* 03:00:00
AccuracySec=1s

[Install]
WantedBy=timers.target
""",
    }


def test_a_job_has_its_environment_its_folder_and_its_own_log():
    job = JobOptions(
        schedule="@daily",
        run=(MANAGE, text("100%"), text("it's"), text("$HOME")),
        env={"TZ": text("UTC")},
        env_files=(text("/etc/shop.env"),),
        directory=text("/srv/a b"),
        log=text("/var/log/one.log"),
        overlap=True,
    )
    options = CronOptions(jobs={"one": job}, log=text("var/log/all.log"))

    assert (
        files(options)["jobs/one"]
        == """\
#!/bin/sh
exec >>'/var/log/one.log' 2>&1
if [ -r '/etc/shop.env' ]; then set -a; . '/etc/shop.env'; set +a; fi
export TZ='UTC'
cd -- '/srv/a b' || exit
exec <'part:bin/manage'> '100%' 'it'"'"'s' '$HOME'
"""
    )
    assert "\nEnvironmentFile=/etc/shop.env\n" in files(options)["units/tidy-one.service"]
    assert not any(isinstance(step, KeepDirectory) for step in steps(options))

    in_cron = CronOptions(jobs={"one": job}, style="cron.d", user="shop")
    assert "\nset -a; . '/etc/shop.env'; set +a\n" in files(in_cron)["jobs/one"]


def test_timers_are_installed_and_kept_running():
    found = actions(CronOptions(jobs={"pack": PACK}))

    assert found[:3] == [
        InstallFile(path="/etc/systemd/system/tidy-pack.service", source="units/tidy-pack.service"),
        InstallFile(path="/etc/systemd/system/tidy-pack.timer", source="units/tidy-pack.timer"),
        Refresh(command=(text("systemctl"), text("daemon-reload"))),
    ]
    [timer] = found[3:]
    assert isinstance(timer, ManageService)
    assert (timer.name, timer.inputs.literal is not None) == ("tidy-pack.timer", True)
    assert [word.literal for word in timer.start] == [
        "systemctl",
        "enable",
        "--now",
        "tidy-pack.timer",
    ]


def test_timers_of_a_user_are_in_a_folder_of_the_user():
    options = CronOptions(jobs={"pack": PACK}, manager="user", directory="/home/me/units")
    installed = [each.path for each in actions(options) if isinstance(each, InstallFile)]
    assert installed[0] == "/home/me/units/tidy-pack.service"
    refresh = next(each for each in actions(options) if isinstance(each, Refresh))
    assert [word.literal for word in refresh.command] == ["systemctl", "--user", "daemon-reload"]


def test_entries_of_cron_run_scripts_by_their_stable_paths():
    jobs = {"pack": PACK, "up": JobOptions(schedule="@reboot", run=MANAGE)}
    in_crontab = CronOptions(jobs=jobs, style="crontab")
    of_machine = CronOptions(jobs=jobs, style="cron.d", user="shop")

    assert files(in_crontab)["crontab"] == (
        "0 3 * * 0 <'stable:jobs/pack'>\n@reboot <'stable:jobs/up'>\n"
    )
    assert files(of_machine)["crontab"] == (
        "0 3 * * 0 shop <'stable:jobs/pack'>\n@reboot shop <'stable:jobs/up'>\n"
    )
    assert actions(in_crontab) == [InstallCrontab(source="crontab")]
    assert actions(of_machine) == [InstallFile(path="/etc/cron.d/tidy", source="crontab")]


def test_scripts_stand_in_the_prefix_and_locks_and_logs_in_its_state():
    options = CronOptions(jobs={"pack": PACK}, style="crontab", log=text("var/log/pack.log"))

    made = steps(options)
    assert [step.path for step in made if isinstance(step, KeepDirectory)] == [
        "var/log",
        "var/cron/tidy/pack",
    ]
    assert Expose(path="etc/cron/tidy/pack", target="jobs/pack") in made
    assert recipe.outputs(part(options, "tidy")) == {
        "path": text(Place(root="part", part="tidy", path="jobs"))
    }


def test_schedules_and_units_are_checked_by_systemd():
    jobs = {"pack": PACK, "sync": JobOptions(schedule="*/20 * * * *", run=MANAGE)}
    options = CronOptions(jobs=jobs, time_zone="Europe/Berlin")
    calendars, units = (step for step in steps(options) if isinstance(step, CheckOutput))

    assert [word.literal for word in calendars.arguments] == [
        "calendar",
        "Sun *-*-* 03:00:00 Europe/Berlin",
        "*-*-* *:00..40/20:00 Europe/Berlin",
    ]
    assert sorted(units.files) == [
        "tidy-pack.service",
        "tidy-pack.timer",
        "tidy-sync.service",
        "tidy-sync.timer",
    ]


@pytest.mark.parametrize(
    ("schedule", "events"),
    [
        ("* * * * *", ["*-*-* *:*:00"]),
        ("@hourly", ["*-*-* *:00:00"]),
        ("@monthly", ["*-*-01 00:00:00"]),
        ("5,10-20/5 8-18 * * MON-Fri", ["Mon,Tue,Wed,Thu,Fri *-*-* 08..18:05,10..20/5:00"]),
        ("0 0 1 jan,jul *", ["*-01,07-01 00:00:00"]),
        ("0 0 * * 0,7", ["Sun *-*-* 00:00:00"]),
        ("0 0 * * 5-7", ["Fri,Sat,Sun *-*-* 00:00:00"]),
        ("30 4 1,15 * 5", ["Fri *-*-* 04:30:00", "*-*-01,15 04:30:00"]),
        ("0 0 */2 * 1", ["Mon *-*-01..31/2 00:00:00"]),
        ("0  0\t29 2 *", ["*-02-29 00:00:00"]),
        ("0 0 */40 * *", ["*-*-01 00:00:00"]),
    ],
)
def test_schedules_of_cron_are_calendar_events(schedule: str, events: list[str]):
    assert list(calendar(five_fields(schedule))) == events


@pytest.mark.parametrize(
    "schedule",
    [
        "*/7 * * * *",
        "13 */5 * * *",
        "0 12 13 * 5",
        "30 4 */10 * mon",
        "0 0 31 * *",
        "0 6 1-7/2 */5 *",
        "59 23 * feb 6,7",
    ],
)
def test_timers_come_when_cron_would(schedule: str):
    assert SYSTEMD_ANALYZE, "systemd-analyze must be installed"
    wanted = times(schedule, 5)
    found: set[datetime] = set()
    for event in calendar(five_fields(schedule)):
        ended = subprocess.run(
            [SYSTEMD_ANALYZE, "calendar", "--iterations=5", "--base-time=2026-12-31 23:59", event],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
            env={**os.environ, "TZ": "UTC", "LC_ALL": "C"},
        )
        words = [line.partition(": ")[2].split() for line in ended.stdout.splitlines()]
        found |= {
            datetime.strptime(" ".join(each[1:]), "%Y-%m-%d %H:%M:%S %Z").replace(tzinfo=UTC)
            for each in words
            if each[-1:] == ["UTC"]
        }
    assert sorted(found)[:5] == wanted


def times(schedule: str, count: int) -> list[datetime]:
    """The first minutes of 2027 and later at which cron's own rule holds."""
    minute, hour, day, month, weekday = schedule.split()
    found: list[datetime] = []
    now = START
    while len(found) < count:
        days = [holds(day, now.day, 1, 31), holds(weekday, now.isoweekday() % 7, 0, 7)]
        either = any if "*" not in (day[0], weekday[0]) else all
        if not (either(days) and holds(month, now.month, 1, 12)):
            now += timedelta(days=1)
            continue
        found += [
            at
            for at in (now + timedelta(minutes=each) for each in range(24 * 60))
            if holds(minute, at.minute, 0, 59) and holds(hour, at.hour, 0, 23)
        ]
        now += timedelta(days=1)
    return found[:count]


def holds(field: str, value: int, low: int, high: int) -> bool:
    for element in field.replace("mon", "1").replace("feb", "2").split(","):
        span, _, step = element.partition("/")
        first, _, last = (f"{low}-{high}" if span == "*" else span).partition("-")
        allowed = range(int(first), int(last or first) + 1, int(step or 1))
        if value in allowed or (high == 7 and value == 0 and 7 in allowed):
            return True
    return False


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ("0 3 * *", "it has 4 fields, not 5"),
        ("60 * * * *", "`60` is no minute"),
        ("0 24 * * *", "`24` is no hour"),
        ("0 0 0 * *", "`0` is no day of the month"),
        ("0 0 * foo *", "`foo` is no month"),
        ("0 0 * * 5-1", "`5-1` is no day of the week"),
        ("*/0 * * * *", "`*/0` is no minute"),
        ("5/10 * * * *", "`5/10` has a step, but is no range"),
        ("0~9 * * * *", "`0~9` is no minute"),
        ("0 0 L * *", "`l` is no day of the month"),
        ("0 0 30 2 *", "no month of it has a day 30"),
        (
            "@dayly",
            (
                "`@dayly` is none of `@yearly`, `@annually`, `@monthly`, `@weekly`, `@daily`, "
                "`@midnight`, `@hourly`, `@reboot`"
            ),
        ),
    ],
)
def test_schedules_that_are_none_are_told(schedule: str, message: str):
    found = failure(CronOptions(jobs={"pack": JobOptions(schedule=schedule, run=MANAGE)}))
    assert found.message == f"the schedule of job `pack` is none: {message}"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (CronOptions(jobs={}), "part `tidy` has no jobs"),
        (CronOptions(jobs={"a b": PACK}), "`a b` can't be the name of a job"),
        (
            CronOptions(jobs={"up": JobOptions(schedule="@reboot", run=MANAGE)}),
            "no timer is like `@reboot`, the schedule of job `up`",
        ),
        (CronOptions(jobs={"pack": PACK}, user="a b"), "`a b` can't be a user"),
        (CronOptions(jobs={"pack": PACK}, time_zone="a b"), "`a b` can't be a time zone"),
        (CronOptions(jobs={"pack": PACK}, style="cron.d"), "part `tidy`: `cron.d` needs `user`"),
        (
            CronOptions(jobs={"pack": PACK}, style="crontab", time_zone="UTC"),
            "part `tidy`: only timers have `time-zone`",
        ),
        (
            CronOptions(jobs={"pack": PACK}, style="crontab", manager="user"),
            "part `tidy`: only timers have `manager`",
        ),
        (
            CronOptions(jobs={"pack": PACK}, style="crontab", directory="/etc"),
            "part `tidy`: a crontab is in no `directory`",
        ),
        (
            CronOptions(jobs={"pack": PACK}, manager="user"),
            "part `tidy`: a user's manager needs `directory`",
        ),
        (
            CronOptions(jobs={"pack": PACK}, manager="user", directory="/u", user="me"),
            "part `tidy`: a user's manager runs jobs as that user: leave `user`",
        ),
        (
            CronOptions(jobs={"pack": JobOptions(schedule="@daily", run=text("a 'b"))}),
            "the command line can't be split: No closing quotation",
        ),
        (
            CronOptions(jobs={"pack": JobOptions(schedule="@daily", run=())}),
            "the command line is empty",
        ),
        (
            CronOptions(jobs={"pack": JobOptions(schedule="@daily", run=(text("a\0"),))}),
            "job `pack` holds a character that no script can hold",
        ),
        (
            CronOptions(jobs={"pack": JobOptions(schedule="@daily", run=Text((Secret("P"),)))}),
            "job `pack` can't hold a secret, as everybody can read it",
        ),
        (
            CronOptions(
                jobs={"pack": JobOptions(schedule="@daily", run=MANAGE, env={"A B": text("")})}
            ),
            "`A B` can't be the name of a variable",
        ),
        (
            CronOptions(jobs={"pack": PACK}, log=text("log/pack.log")),
            "`log/pack.log` is not in `var`, where what outlasts builds is",
        ),
    ],
)
def test_what_can_not_be_is_told(options: CronOptions, message: str):
    assert failure(options).message == message
