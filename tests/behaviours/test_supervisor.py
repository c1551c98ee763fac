"""A real supervisor, assembled and deployed: it starts programs, and restarts what changed."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.behaviours.installed import release_installed
from tests.behaviours.world import PATIENCE, World

ASSEMBLY = """
[secrets]
PASSWORD = { file = "password" }

[vars]
greeting = "100% \\"a ;b\\" #1"

[parts.shop]
recipe = "program"
requires = ["shop"]

[parts.settings]
recipe = "template"
text = "password = ${secrets.PASSWORD}\\n"
to = "etc/shop.ini"

[parts.shop.launchers.web]
script = "shop"
env = { SETTINGS = "${parts.settings.path}" }

[parts.watch]
recipe = "supervisor"
programs.other = { run = "sleep 1000" }

[parts.variables]
recipe = "env-file"
to = "etc/shop.env"
secrets = ["PASSWORD"]
values = { FLAVOUR = "it's \\"sweet\\"" }

[parts.rules]
recipe = "template"
text = "rules = 1\\n"
to = "etc/rules.ini"

[parts.watch.programs.web]
run = ["${parts.shop.bin.web}", "web", "${vars.greeting}"]
env = { OUT = "${assembly.project}/web", RULES = "${parts.rules.path}" }
env-files = ["${parts.variables.path}"]
reloads-on = ["${parts.rules.path}"]
priority = 1
"""

SHOP = """
import os, signal, sys, time
def main():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    assert os.environ["FLAVOUR"] == "it's \\"sweet\\""
    settings = open(os.environ["SETTINGS"]).read().strip()
    with open(os.environ["OUT"], "a") as out:
        print(os.getpid(), VERSION, settings, *sys.argv[1:], sep="|", file=out)
    while True:
        time.sleep(1)
"""


@pytest.fixture
def shop(world: World) -> Iterator[World]:
    release_installed(world, "supervisor")
    release(world, "1.0")
    world.write("password", "s3cret\n")
    world.assembly(ASSEMBLY)
    yield world
    pid = world.prefix / "var/run/watch.pid"
    if pid.exists():
        with suppress(ProcessLookupError):
            os.kill(int(pid.read_text()), signal.SIGTERM)


def release(world: World, version: str) -> None:
    text = f"VERSION = {version!r}\n{SHOP}"
    points = {"console_scripts": {"shop": "shop:main"}}
    world.release("shop", version, files={"shop.py": text}, entry_points=points)


def starts(world: World) -> list[list[str]]:
    """What `web` wrote at each of its starts: its process, version, settings and arguments."""
    return [line.split("|") for line in (world.project / "web").read_text().splitlines()]


def running(world: World) -> dict[str, str]:
    """The process of each program that supervisor runs."""
    lines = world.launch("supervisorctl", "status").splitlines()
    assert all("RUNNING" in line for line in lines), lines
    return {line.split()[0]: line.split("pid ")[1].split(",")[0] for line in lines}


def end(world: World) -> None:
    """End supervisor, as a machine does that is shut down."""
    pid = int((world.prefix / "var/run/watch.pid").read_text())
    waiting = os.pidfd_open(pid)
    os.kill(pid, signal.SIGTERM)
    assert select.select([waiting], [], [], PATIENCE)[0]
    os.close(waiting)


def is_running(pid: str) -> bool:
    stat = Path("/proc", pid, "stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_changes_restart(shop: World) -> None:
    shop.build()
    first = shop.done("deploy", "--json").document
    assert first["started"] == ["watch:supervisord", "watch:web", "watch:other"]
    before = running(shop)
    [[pid, version, settings, *arguments]] = starts(shop)
    assert (pid, version, settings) == (before["web"], "1.0", "password = s3cret")
    assert arguments == ["web", '100% "a ;b" #1']
    assert shop.done("deploy", "--json").document["changed"] is False

    shop.edit("rules = 1", "rules = 2")
    shop.done("build")
    reloaded = shop.done("deploy", "--json").document
    assert (reloaded["restarted"], reloaded["reloaded"]) == ([], ["watch:web"])
    assert running(shop) == before

    release(shop, "2.0")
    shop.done("lock", "--upgrade")
    shop.done("build")
    upgraded = shop.done("deploy", "--json").document
    assert (upgraded["restarted"], upgraded["reloaded"]) == (["watch:web"], [])
    after = running(shop)
    assert after["other"] == before["other"]
    assert starts(shop)[-1][:2] == [after["web"], "2.0"]

    shop.write("password", "rotated\n")
    rotated = shop.done("deploy", "--json").document
    assert rotated["restarted"] == ["watch:web"]
    assert starts(shop)[-1][2] == "password = rotated"

    shop.done("rollback", "--deploy")
    assert starts(shop)[-1][1] == "1.0"

    supervisord = (shop.prefix / "var/run/watch.pid").read_text().strip()
    pids = {**running(shop), "supervisord": supervisord}
    secret = shop.prefix / "etc/shop.ini"
    assert secret.read_text() == "password = rotated\n"
    gone = shop.done("undeploy", "--json").document
    assert not secret.exists()
    assert gone["live"] == ["etc/shop.ini", "etc/shop.env"]
    assert gone["stopped"] == ["watch:supervisord", "watch:web", "watch:other"]
    assert not any(is_running(pid) for pid in pids.values())


def test_failures_return(shop: World) -> None:
    shop.build()
    shop.done("deploy")
    release(shop, "2.0")
    shop.release(
        "shop",
        "2.0",
        files={"shop.py": "def main():\n    raise SystemExit('broken')\n"},
        entry_points={"console_scripts": {"shop": "shop:main"}},
    )
    shop.edit("priority = 1", "priority = 1\npatience = 3")
    shop.done("lock", "--upgrade")
    shop.done("build")
    ended = shop.assemble("deploy")
    assert ended.code == 5
    assert "part `watch`: " in ended.messages
    assert "generation 1 is deployed again" in ended.messages
    assert shop.status["generation"] == 1
    assert running(shop)["web"] == starts(shop)[-1][0]
    assert starts(shop)[-1][1] == "1.0"

    end(shop)
    shop.write("password", "rotated\n")
    rotated = shop.done("deploy", "--json").document
    assert rotated["restarted"] == ["watch:web"]
    assert running(shop)["web"] == starts(shop)[-1][0]
    assert starts(shop)[-1][2] == "password = rotated"

    end(shop)
    shop.done("undeploy")


def test_refused(shop: World) -> None:
    shop.edit("priority = 1", 'priority = 1\nsettings = { stopsignal = "NONE" }')
    shop.done("lock")
    ended = shop.assemble("build")
    assert ended.code == 5
    assert "value 'NONE' is not a valid signal name" in ended.messages
