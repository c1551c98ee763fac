"""Jobs that run at times: as timers, in a file of the machine's cron, in a user's crontab."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.behaviours.world import PATIENCE, World

ASSEMBLY = """
[parts.app]
recipe = "program"
requires = ["app"]

[parts.tidy]
recipe = "cron"
style = "crontab"
log = "var/log/jobs.log"

[parts.tidy.jobs.pack]
schedule = "0 3 * * 0"
run = "${parts.app.bin.manage} pack '100%' %F '$HOME' \\"it's\\""

[parts.tidy.jobs.sync]
schedule = "*/10 * * * mon-fri"
run = ["${parts.app.bin.manage}", "sync"]
overlap = true
"""

CRONTAB = """\
#!/bin/sh
case $1 in
-h | -n) exec {real} "$@" ;;
-l) cat {kept} 2>/dev/null || {{ echo "no crontab for me" >&2; exit 1; }} ;;
-r) rm {kept} ;;
*) cp "$1" {kept} ;;
esac
"""


@pytest.fixture
def app(world: World) -> World:
    release(world, "1.0")
    world.assembly(ASSEMBLY)
    return world


def release(world: World, version: str) -> None:
    world.release(
        "app",
        version,
        files={
            "app.py": f"import sys\ndef main():\n    print('{version}', *sys.argv[1:], sep='|')\n"
        },
        entry_points={"console_scripts": {"manage": "app:main"}},
    )


def crontab_of_its_own(world: World) -> tuple[dict[str, str], Path]:
    """The environment of a user whose crontab is a file in the scratch folder."""
    real = shutil.which("crontab")
    assert real, "crontab must be installed"
    kept = world.folder / "crontab"
    program = world.folder / "tools" / "crontab"
    program.parent.mkdir()
    program.write_text(CRONTAB.format(real=real, kept=kept))
    program.chmod(0o755)
    return {"PATH": f"{program.parent}:{world.environment['PATH']}"}, kept


def run_entry(entry: str) -> None:
    """Run the command of a crontab's line as cron does."""
    command = entry.split(" ", 5)[5]
    assert "%" not in command
    subprocess.run(["/bin/sh", "-c", command], check=True, timeout=PATIENCE, env={"HOME": "/"})


def test_entries_of_a_crontab_come_and_go_beside_those_of_others(app: World) -> None:
    environment, kept = crontab_of_its_own(app)
    theirs = "MAILTO=me\n5 4 * * * theirs\n"
    kept.write_text(theirs)
    app.done("lock")
    built = app.done("build", environment=environment)
    assert "is not checked" not in built.messages
    assert kept.read_text() == theirs

    app.done("deploy", environment=environment)
    head, entries = kept.read_text().split(theirs)[0], kept.read_text().splitlines()[3:5]
    assert head == ""
    assert entries == [
        f"0 3 * * 0 '{app.prefix}/etc/cron/tidy/pack'",
        f"*/10 * * * mon-fri '{app.prefix}/etc/cron/tidy/sync'",
    ]
    assert app.done("deploy", "--json", environment=environment).document["changed"] is False

    log = app.prefix / "var/log/jobs.log"
    run_entry(entries[0])
    assert log.read_text() == "1.0|pack|100%|%F|$HOME|it's\n"

    release(app, "2.0")
    app.done("lock", "--upgrade")
    app.done("build", environment=environment)
    assert app.done("deploy", "--json", environment=environment).document["changed"] is False
    run_entry(entries[1])
    assert log.read_text().splitlines()[1:] == ["2.0|sync"]

    app.done("undeploy", environment=environment)
    assert kept.read_text() == theirs


def test_a_job_does_not_overlap_with_itself_unless_it_may(app: World) -> None:
    app.build()
    jobs = app.prefix / "etc/cron/tidy"
    for name in ("pack", "sync"):
        folder = app.prefix / "var/cron/tidy" / name
        assert folder.is_dir() == (name == "pack")
    running = os.open(app.prefix / "var/cron/tidy/pack", os.O_RDONLY)
    try:
        fcntl.flock(running, fcntl.LOCK_EX)
        for name in ("pack", "sync"):
            subprocess.run([jobs / name], check=True, timeout=PATIENCE)
    finally:
        os.close(running)
    assert (app.prefix / "var/log/jobs.log").read_text() == "1.0|sync\n"
    subprocess.run([jobs / "pack"], check=True, timeout=PATIENCE)
    assert "1.0|pack" in (app.prefix / "var/log/jobs.log").read_text()


@pytest.mark.parametrize(
    ("style", "installed"),
    [
        ("cron.d", ["/etc/cron.d/tidy"]),
        (
            "timer",
            [
                f"/etc/systemd/system/tidy-{name}"
                for name in ("pack.service", "pack.timer", "sync.service", "sync.timer")
            ],
        ),
    ],
)
def test_the_same_jobs_are_timers_or_a_file_of_cron(
    app: World, style: str, installed: list[str]
) -> None:
    app.edit('style = "crontab"', f'style = "{style}"\nuser = "nobody"')
    assert "is not checked" not in app.build().messages
    root = app.folder / "root"
    deployed = app.done("deploy", "--root", str(root), "--json").document
    assert deployed["installed"] == installed
    texts = "".join((root / path[1:]).read_text() for path in installed)
    assert f"{app.prefix}/etc/cron/tidy/pack" in texts
    assert ("0 3 * * 0 nobody '" in texts) == (style == "cron.d")
    assert ("OnCalendar=Mon,Tue,Wed,Thu,Fri *-*-* *:00..50/10:00\n" in texts) == (style == "timer")
    app.done("undeploy")
    assert not root.exists() or not any(root.iterdir())


def test_what_the_tools_refuse_fails_the_build(app: World) -> None:
    app.edit('style = "crontab"', 'style = "timer"\ntime-zone = "Mars/Olympus"')
    app.done("lock")
    ended = app.assemble("build")
    assert ended.code == 5
    assert "Mars/Olympus" in ended.messages


def test_cron_can_not_run_what_is_in_a_folder_with_a_percent_sign(app: World) -> None:
    app.done("lock")
    ended = app.assemble("build", "--prefix", str(app.folder / "100%"))
    assert ended.code == 5
    assert "the path holds a % or a backslash" in ended.messages
