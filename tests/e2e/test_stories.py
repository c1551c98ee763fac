"""The stories among the examples load, lock and build, and their programs run."""

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.e2e.story import EXAMPLES, PYTHON, Story

LONGEST_MONOREPO = 45


def test_a_monorepo_of_twelve_services(tmp_path: Path) -> None:
    lines = (EXAMPLES / "monorepo/assembly.toml").read_text().splitlines()
    assert len(lines) <= LONGEST_MONOREPO
    story = Story("monorepo", tmp_path, f"assembly.python={PYTHON}")
    story.done("lock")
    story.done("build")
    services = sorted(path.name for path in (story.project / "services").iterdir())
    libraries = list((story.project / "libs").iterdir())
    assert (len(services), len(libraries)) == (12, 5)
    for service in services:
        assert json.loads(story.said(service))["service"] == service
    assert json.loads(story.said("orders"))["port"] == 8007

    some = story.done("build", "--only", "money", "--json").document
    assert some["removed"]
    assert sorted(path.name for path in (story.prefix / "bin").iterdir()) == [
        "basket",
        "billing",
        "payments",
        "refund",
    ]


def test_a_django_site_for_development_and_production(tmp_path: Path) -> None:
    story = Story("site", tmp_path, f"assembly.python={PYTHON}")
    story.done("lock")
    story.done("build")
    assert not (story.prefix / "static").exists()
    assert "no issues" in story.said("manage", "check")
    page = "from django.test import Client; print(Client().get('/').content.decode())"
    assert story.said("manage", "shell", "-c", page).splitlines()[-1] == "Nothing yet."

    story.done("build", "--only", "production")
    assert (story.prefix / "static/diary/diary.css").exists()
    unit = (story.prefix / "etc/systemd/diary-web.service").read_text()
    assert f'ExecStart="{story.prefix}/bin/web"\n' in unit
    task = "from diary.tasks import tidy; print(tidy.apply().get())"
    assert story.said("manage", "shell", "-c", task).splitlines()[-1] == "tidied"


def test_notebooks_with_two_kernels_and_jobs_for_the_night(tmp_path: Path) -> None:
    story = Story("notebooks", tmp_path)
    story.done("lock")
    story.done("build")
    script = story.project / "version.py"
    script.write_text("import pandas, numpy; print(pandas.__version__, numpy.__version__)\n")
    old = story.said("jupyter", "run", "--kernel=old", str(script)).split()
    new = story.said("jupyter", "run", "--kernel=new", str(script)).split()
    assert (old[0], old[1][:2]) == ("1.5.3", "1.")
    assert (new[0][:2], new[1][:2]) != ("1.", "1.")
    assert story.said("report") == "sold 12"
    timers = sorted(path.name for path in (story.prefix / "etc/systemd").glob("*.timer"))
    assert timers == ["load.timer", "report.timer", "tidy.timer"]


OTHER_RUNNERS = """
[parts.units]
recipe = "test"
program = "app"
runner = "unittest"
paths = ["units"]
junit = "var/units/junit.xml"

[parts.zope]
recipe = "test"
program = "app"
runner = "zope.testrunner"
paths = ["units"]
args = ["--tests-pattern=^test_"]
junit = "var/zope"
"""
UNITS = """
import unittest
from guestbook.app import create_app

class Units(unittest.TestCase):
    def test_route(self):
        self.assertIn("sign", create_app(".", "book").view_functions)
"""


def test_a_guest_book_with_a_front_end_and_tests(tmp_path: Path) -> None:
    story = Story("guestbook", tmp_path, f"assembly.python={PYTHON}")
    with (story.project / "assembly.toml").open("a") as assembly:
        assembly.write(OTHER_RUNNERS)
    (story.project / "units").mkdir()
    (story.project / "units/test_units.py").write_text(UNITS)
    story.done("lock")
    story.done("build")
    assert story.said("tests").splitlines()[-1].startswith("3 passed")
    story.said("units")
    story.said("zope")
    reports = {
        path.relative_to(story.prefix / "var").parts[0]: ET.parse(path).getroot()
        for path in (story.prefix / "var").rglob("*.xml")
    }
    counts = {name: len(list(root.iter("testcase"))) for name, root in reports.items()}
    assert counts == {"junit.xml": 3, "units": 1, "zope": 1}

    shown = sorted(path.name for path in (story.prefix / "src-view").iterdir())
    assert {"_pytest", "flask", "guestbook"} < set(shown)
    assert (story.prefix / "src-view/guestbook").resolve() == story.project / "src/guestbook"
    page = story.prefix / ".assembly/current/parts/ui/dist"
    assert (story.prefix / "page").resolve() == page.resolve()
    assert sorted(path.name for path in page.iterdir()) == ["app.js", "index.html"]
    routes = story.said("guestbook", "routes")
    assert "/guests" in routes

    source = story.project / "ui/src/greeting.test.js"
    source.write_text(source.read_text() + "// changed\n")
    changed = story.done("--offline", "build", "--json").document
    assert "ui" in changed["built"]


def test_a_thermometer_whose_driver_is_compiled(tmp_path: Path) -> None:
    published = tmp_path / "published"
    publish = EXAMPLES / "thermometer/upstream/publish.py"
    subprocess.run([sys.executable, str(publish), str(published)], check=True, timeout=60)
    settings = (f"assembly.python={PYTHON}", f"vars.upstream={published.as_uri()}")
    story = Story("thermometer", tmp_path, *settings)
    story.done("lock")
    story.done("build")
    assert story.said("thermometer", "512") == "22.0"
    [commit] = re.findall(r'commit = "([0-9a-f]{40})"', (story.project / "pylock.toml").read_text())
    driver = ["git", "-C", str(published / "driver.git")]
    head = subprocess.check_output([*driver, "rev-parse", "HEAD"], text=True, timeout=60)
    assert commit == head.strip()

    source = published / "driver.git/driver.c"
    source.write_text(source.read_text().replace("raw / SCALE", "raw / SCALE / 2"))
    who = ["-c", "user.name=N", "-c", "user.email=n@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run([*driver, *who, "commit", "-qam", "Half of it"], check=True, timeout=60)
    subprocess.run([*driver, "tag", "--force", "v1.0"], check=True, timeout=60)
    assert story.done("build", "--json").document["changed"] is False
    story.done("lock", "--upgrade", "driver-source")
    built = story.done("build", "--json").document["built"]
    assert "calibration" not in built
    assert story.said("thermometer", "512") == "3.0"
