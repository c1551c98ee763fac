"""Logs are rotated by a real logrotate, and programs open them again."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.behaviours.world import PATIENCE, World

ASSEMBLY = """
[parts.app]
recipe = "program"
requires = ["app"]

[parts.logs]
recipe = "logrotate"
files = ["var/log/*.log"]
rotate = 2
every = "day"
signal = { program = "app", name = "USR1" }
"""

APP = """
import os, signal, sys
def main():
    path, handles = sys.argv[1:]
    def reopen(*_):
        log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.write(log, b"opened\\n")
        os.close(log)
        print("opened", flush=True)
    if handles == "yes":
        signal.signal(signal.SIGUSR1, reopen)
    print("ready", flush=True)
    for line in sys.stdin:
        pass
"""


@pytest.fixture
def app(world: World) -> World:
    world.release(
        "app",
        "1.0",
        files={"app.py": APP},
        entry_points={"console_scripts": {"app": "app:main"}},
    )
    world.assembly(ASSEMBLY)
    return world


@contextmanager
def running(world: World, handles: str) -> Iterator[subprocess.Popen[str]]:
    """A process of the program, which ends when its standard input does."""
    log = world.prefix / "var/log/app.log"
    with subprocess.Popen(
        [world.prefix / "bin/app", log, handles],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process


def rotate(world: World) -> None:
    tool = shutil.which("logrotate", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    assert tool, "logrotate must be installed"
    configuration = world.prefix / "etc/logrotate/logs.conf"
    state = world.folder / "state"
    subprocess.run([tool, "--force", "--state", state, configuration], check=True, timeout=PATIENCE)


def test_logs_are_rotated_and_processes_that_listen_are_told(app: World) -> None:
    assert "is not checked" not in app.build().messages
    logs = app.prefix / "var/log"
    with running(app, "yes") as listening, running(app, "no") as deaf:
        (logs / "app.log").write_text("old\n")
        rotate(app)
        assert listening.stdout
        assert listening.stdout.readline() == "opened\n"
        assert deaf.poll() is None
    assert (listening.returncode, deaf.returncode) == (0, 0)
    assert (logs / "app.log").read_text() == "opened\n"
    assert (logs / "app.log.1").read_text() == "old\n"


def test_the_file_is_put_where_logrotate_reads_it_and_taken_away(app: World) -> None:
    app.build()
    root = app.folder / "root"
    deployed = app.done("deploy", "--root", str(root), "--json").document
    assert deployed["installed"] == ["/etc/logrotate.d/logs"]
    text = (root / "etc/logrotate.d/logs").read_text()
    assert text.startswith(f'"{app.prefix}/var/log/*.log"\n{{\n    daily\n    rotate 2\n')
    assert f"'{app.prefix}/etc/logrotate/logs-rotated'" in text
    app.done("undeploy")
    assert not root.exists() or not any(root.iterdir())


def test_the_signal_goes_to_a_part_that_is_there(app: World) -> None:
    app.edit('program = "app"', 'program = "ap"')
    ended = app.assemble("lock")
    assert ended.code == 1
    assert "unknown part `ap`" in ended.messages
    assert "did you mean `app`?" in ended.messages


def test_users_need_not_be_known_where_it_is_built(app: World) -> None:
    app.edit('every = "day"', 'every = "day"\nuser = "no-such-user"\nmode = "0640"')
    app.build()


def test_a_folder_that_others_may_write_to_needs_a_user(app: World) -> None:
    folder = app.folder / "logs"
    folder.mkdir()
    folder.chmod(0o777)
    Path(folder, "app.log").write_text("x")
    app.edit("var/log/*.log", f"{folder}/*.log")
    app.done("lock")
    ended = app.assemble("build")
    assert ended.code == 5
    assert "insecure permissions" in ended.messages
    app.edit('every = "day"', 'every = "day"\nuser = "nobody"\ngroup = "nogroup"')
    app.done("build")


def test_what_logrotate_does_not_understand_fails_the_build(app: World) -> None:
    log = app.write("app.log", "x")
    app.edit('"var/log/*.log"', f'"{log}", "{log.parent}/*.log"')
    app.done("lock")
    ended = app.assemble("build")
    assert ended.code == 5
    assert f"duplicate log entry for {log}" in ended.messages
