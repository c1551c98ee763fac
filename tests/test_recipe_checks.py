"""What the end of a run says of the checks of recipes, and that CI fails without a tool."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]

MADE = """
import json

def left(tmp_path, name, tool, text, recipe="cron", record=True):
    own = tmp_path / "project/build/.assembly"
    for folder in ("log", "parts"):
        (own / folder).mkdir(parents=True, exist_ok=True)
    part = f"{{name}}-0123456789ab"
    (own / f"log/{{part}}-2-{{tool}}.log").write_text(text)
    (own / f"log/{{part}}-3.log").write_text("of a command")
    if record:
        (own / f"parts/{{part}}.json").write_text(json.dumps({{"recipe": recipe}}))

def test_one(tmp_path):
    left(tmp_path, "jobs", "crontab", "")
    left(tmp_path, "site", "nginx", "fine", "nginx")
    left(tmp_path, "lost", "nginx", "refused", "nginx", record=False)

def test_other(tmp_path):
    left(tmp_path, "jobs", "systemd-analyze", {text!r})
"""
MISSING = "not checked: `systemd-analyze` is not installed\n"


def ran(folder: Path, text: str, *workers: str) -> tuple[int, list[str]]:
    """How a run in CI ends, and what it says of checks."""
    (folder / "conftest.py").write_text((PROJECT / "tests/conftest.py").read_text())
    (folder / "test_made.py").write_text(MADE.format(text=text))
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *workers],
        cwd=folder,
        env={**os.environ, "CI": "true"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return ended.returncode, [line for line in ended.stdout.splitlines() if "checked" in line]


def test_checks_are_counted(tmp_path: Path):
    line = "recipe outputs: 3 checked, 0 not checked (cron 2, nginx 1)"

    assert ran(tmp_path, "") == (0, [line])


def test_a_tool_that_is_missing_fails_a_run_in_ci(tmp_path: Path):
    assert ran(tmp_path, MISSING, "-n", "2") == (
        1,
        [
            "recipe outputs: 2 checked, 1 not checked (cron 1, nginx 1)",
            "not checked: cron with systemd-analyze, 1 times",
        ],
    )
