"""The stories among the examples load, lock and build, and their programs run."""

import json
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


def test_a_guest_book_with_a_front_end_and_tests(tmp_path: Path) -> None:
    story = Story("guestbook", tmp_path, f"assembly.python={PYTHON}")
    story.done("lock")
    story.done("build")
    assert story.said("tests").splitlines()[-1].startswith("3 passed")
    [suite] = ET.parse(story.prefix / "var/junit.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("3", "0")

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
