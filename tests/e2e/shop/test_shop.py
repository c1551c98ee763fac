"""The story of the shop: it is deployed, used, changed in every way, and taken away again."""

import os
import re
import signal
import stat
import subprocess
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.behaviours.world import Ended
from tests.e2e.shop.browser import Browser
from tests.e2e.shop.machine import (
    LOOPBACK,
    PATIENCE,
    addresses,
    awaited,
    family,
    free_ports,
    running_processes,
    tool,
)
from tests.e2e.shop.services import Database, redis
from tests.e2e.story import EXAMPLES, PYTHON, Story

LOCAL = """
[assembly.select]
everything = ["unprivileged", "production", "image"]

[vars]
site = "127.0.0.1:{site}"
web = "127.0.0.1:{web}"
database = "postgresql://shop@127.0.0.1:{database}/shop"
broker = "redis://127.0.0.1:{broker}/0"
restock-seconds = 1
"""
PAGE = (EXAMPLES.parent / "docs/how-to/deploy-a-django-site.md").read_text()
SUPERVISED = ["web", "worker", "beat", "front"]


class Shop:
    """The shop on this machine: what it is built from, where, and how one visits it."""

    def __init__(
        self, folder: Path, cache: Path, database: Database, ports: dict[str, int]
    ) -> None:
        self.story = Story("shop", folder, f"assembly.python={PYTHON}", cache=cache)
        (self.story.project / "assembly.local.toml").write_text(LOCAL.format(**ports))
        self.story.prefix = self.prefix = folder / "p"
        self.root = folder / "root"
        self.database = database
        self.browser = Browser(ports["site"])
        self.told: set[tuple[str, ...]] = set()
        self.change_password("first")

    def change_password(self, password: str) -> None:
        """Give the database another password; the shop is told by whoever deploys."""
        self.secrets = {"SHOP_DB_PASSWORD": password, "SHOP_SECRET_KEY": "k" * 50}
        self.database.password(password)

    def lock(self, *arguments: str) -> None:
        """Lock, which asks PyPI."""
        self._done({}, "lock", *arguments)

    def build(self) -> None:
        """Build what is locked, without any secret."""
        self._done({}, "build", "--only", "everything", "--prefix", str(self.prefix))

    def deploy(self, *arguments: str, command: str = "deploy") -> dict[str, Any]:
        """Deploy below the scratch root, or run another command of that kind: what was done."""
        root = ("--root", str(self.root)) if command == "deploy" else ()
        words = (command, *arguments, *root, "--json", "--prefix", str(self.prefix))
        return self._done(self.secrets, *words).document

    def _done(self, secrets: dict[str, str], *words: str) -> Ended:
        self.told.add(gist(words))
        return self.story.done(*words, **secrets)

    def processes(self) -> dict[str, int]:
        """What supervisor runs."""
        lines = self.story.said("supervisorctl", "status").splitlines()
        assert all("RUNNING" in line for line in lines), lines
        return {line.split()[0]: int(line.split("pid ")[1].split(",")[0]) for line in lines}

    def supervisor(self) -> int:
        """The process of supervisor itself."""
        return int((self.prefix / "var/run/supervisor.pid").read_text())

    def report(self) -> str:
        """What the old report says, run as at night."""
        job = [str(self.prefix / "etc/cron/nightly/report")]
        done = subprocess.run(job, capture_output=True, check=True, text=True, timeout=PATIENCE)
        return done.stdout


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with tempfile.TemporaryDirectory(prefix="shop-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        names = ("database", "broker", "web", "site")
        ports = dict(zip(names, free_ports(len(names)), strict=True))
        database = Database(folder / "postgres", ports["database"])
        with database.running(), redis(folder / "redis", ports["broker"]):
            shop = Shop(folder, tmp_path / "cache", database, ports)
            yield shop
            with suppress(OSError):
                os.kill(shop.supervisor(), signal.SIGTERM)


def listing(root: Path) -> list[tuple[str, str, str]]:
    """Every path below a folder, its type and mode, and what it holds or leads to."""
    found = []
    for path in sorted(root.rglob("*")):
        kind = path.lstat().st_mode
        content = ""
        if stat.S_ISLNK(kind):
            content = os.readlink(path)
        elif stat.S_ISREG(kind):
            content = sha256(path.read_bytes()).hexdigest()
        found.append((str(path.relative_to(root)), stat.filemode(kind), content))
    return found


def crontab() -> bytes:
    """The crontab of whoever runs the tests."""
    asked = [tool("crontab"), "-l"]
    return subprocess.run(asked, capture_output=True, check=False, timeout=PATIENCE).stdout


def gist(words: Iterable[str]) -> tuple[str, ...]:
    """A command and its options, but for where it works and what it prints."""
    command, *options = (word for word in words if not word.startswith(("/", "$")))
    ours = {"--json", "--root"}
    return (command, *sorted(each for each in options if each[:2] == "--" and each not in ours))


def furnish(root: Path) -> None:
    """What a machine has before anything is deployed."""
    for folder in ("etc/systemd/system", "etc/nginx/conf.d", "etc/logrotate.d"):
        (root / folder).mkdir(parents=True)
    (root / "etc/systemd").chmod(0o700)
    (root / "etc/hostname").write_text("shop\n")
    (root / "etc/logrotate.d/apt").write_text("/var/log/apt/*.log {}\n")
    (root / "etc/logrotate.d/apt").chmod(0o640)
    (root / "etc/localtime").symlink_to("/usr/share/zoneinfo/Etc/UTC")


def test_the_page_tells_this_story() -> None:
    with (EXAMPLES / "shop/assembly.toml").open("rb") as file:
        assembly = tomllib.load(file)
    blocks = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        assert is_part_of(tomllib.loads(block), assembly), block


def is_part_of(some: object, whole: object) -> bool:
    """Whether tables hold nothing else than others."""
    if isinstance(some, dict) and isinstance(whole, dict):
        return all(is_part_of(value, whole.get(key)) for key, value in some.items())
    return some == whole


def test_the_shop(shop: Shop) -> None:
    furnish(shop.root)
    before, jobs = listing(shop.root), crontab()
    shop.lock()
    shop.build()
    assert listing(shop.root) == before

    is_deployed(shop)
    sells(shop)
    keeps_to_this_machine(shop)
    takes_a_new_password(shop)
    rotates_its_logs(shop)
    is_upgraded_and_taken_back(shop)

    processes = family(shop.supervisor())
    gone = shop.deploy(command="undeploy")
    assert len(gone["stopped"]) == 1 + len(SUPERVISED)
    assert (listing(shop.root), crontab()) == (before, jobs)
    assert not (shop.prefix / "etc/shop.env").exists()
    assert not processes & running_processes().keys()
    assert shop.deploy(command="undeploy")["changed"] is False
    assert {
        gist(line.split()) for line in re.findall(r"^\$ assemble (.*)$", PAGE, re.MULTILINE)
    } <= shop.told


def is_deployed(shop: Shop) -> None:
    due = shop.deploy("--dry-run")
    assert (due["changed"], due["due"]) == (False, True)
    done = shop.deploy()
    assert done["ran"] == ["migrate"]
    assert done["started"] == [f"supervisor:{name}" for name in ("supervisord", *SUPERVISED)]
    units = {path.name for path in (shop.root / "etc/systemd/system").iterdir()}
    assert {"shop-web.service", "shop-worker.service", "nightly-report.timer"} <= units
    untouched = units - {"nightly-report.service"} | {"crontab: part jobs"}
    assert set(done["untouched"]) == untouched
    assert "/etc/nginx/conf.d/site.conf" in done["installed"]
    assert shop.deploy()["changed"] is False


def sells(shop: Shop) -> None:
    browser = shop.browser
    assert "sans-serif" in browser.page("/static/shop/shop.css")
    assert "--primary" in browser.page("/static/admin/css/base.css")
    assert browser.invoice(browser.order("Sencha", 2)) == "15.60"
    browser.order("Assam", 12)
    awaited(lambda: "Assam: 6.50, 12 left" in browser.page("/"), "the Assam that beat has ordered")
    told = shop.report()
    assert "Sencha: 2 sold for 15.60\n" in told
    assert "\nDjango 4.2." in told
    assert browser.health()["django"].startswith("5.1.")


def keeps_to_this_machine(shop: Shop) -> None:
    assert addresses(family(shop.supervisor())) == {LOOPBACK}


def takes_a_new_password(shop: Shop) -> None:
    was = shop.processes()
    shop.change_password("second")
    done = shop.deploy()
    assert (done["restarted"], done["reloaded"]) == (["supervisor:web", "supervisor:worker"], [])
    assert (done["ran"], done["installed"]) == ([], [])
    now = shop.processes()
    assert {name for name in now if now[name] != was[name]} == {"web", "worker"}
    assert shop.browser.invoice(shop.browser.order("Sencha", 1)) == "7.80"


def rotates_its_logs(shop: Shop) -> None:
    logs = shop.prefix / "var/log"
    rules = shop.prefix / "etc/logrotate"
    both = [str(rules / f"{name}.conf") for name in ("logs", "front-logs")]
    rotate = [tool("logrotate"), "-f", "-s", str(logs / "state"), *both]
    subprocess.run(rotate, check=True, timeout=PATIENCE)
    assert "/static/shop/shop.css" in (logs / "front/front-access.log.1").read_text()
    for name in ("web.log", "front/front-access.log"):
        assert (logs / f"{name}.1").exists()
        awaited((logs / name).exists, f"the new {name}")
    shop.browser.page("/?rotated")
    awaited(lambda: "/?rotated" in (logs / "front/front-access.log").read_text(), "a new line")


def is_upgraded_and_taken_back(shop: Shop) -> None:
    assembly = shop.story.project / "assembly.toml"
    text = assembly.read_text()
    assert text.count('django = "<5.2"') == 1
    assembly.write_text(text.replace('django = "<5.2"', 'django = "<5.3"'))
    shop.lock("--upgrade", "django")
    shop.build()
    assert shop.browser.health()["django"].startswith("5.1.")
    done = shop.deploy()
    assert done["restarted"] == [f"supervisor:{name}" for name in ("web", "worker", "beat")]
    assert (done["reloaded"], done["ran"]) == (["supervisor:front"], ["migrate"])
    assert shop.browser.health()["django"].startswith("5.2.")
    assert shop.deploy()["changed"] is False

    shop.deploy("--deploy", command="rollback")
    assert shop.browser.health()["django"].startswith("5.1.")
    assert shop.browser.invoice(shop.browser.order("Darjeeling", 1)) == "9.20"
