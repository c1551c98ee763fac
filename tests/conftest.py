"""Counts the checks of real tools on what recipes made, in every prefix that a test left behind.

The end of a run says how many there were and what was not checked as a tool is missing; in CI the
run then fails.
"""

import json
import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHECKED, NOT_CHECKED = pytest.StashKey[Counter[str]](), pytest.StashKey[Counter[str]]()
KEYS = {"checked": CHECKED, "not_checked": NOT_CHECKED}
SENT = "recipe_checks"
UNSEEN = {"cache", "home", "node_modules", ".git", "containers", "rootfs"}
"""Folders without prefixes, and images: these are built where there are no tools."""

LOG = re.compile(r"(?P<directory>.+-[0-9a-f]{12})-[0-9]+-(?P<tool>.+)\.log")


def pytest_configure(config: pytest.Config) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # As a job in the background has it; what tests start must hear it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for key in KEYS.values():
        config.stash[key] = Counter()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    if folder is not None:
        for recipe, tool, checked in checks(folder):
            if checked:
                item.config.stash[CHECKED][recipe] += 1
            else:
                item.config.stash[NOT_CHECKED][f"{recipe} with {tool}"] += 1
    return (yield)


def checks(folder: Path) -> Iterator[tuple[str, str, bool]]:
    """The recipe, the tool and whether it checked, for each check in a prefix below the folder."""
    for inside, folders, _ in os.walk(folder):
        if ".assembly" in folders:
            yield from checks_of(Path(inside, ".assembly"))
        folders[:] = [name for name in folders if name not in UNSEEN and name != ".assembly"]


def checks_of(own: Path) -> Iterator[tuple[str, str, bool]]:
    """The same for one prefix; what was not built in the end has no recipe and does not count."""
    logs = sorted((own / "log").glob("*.log"))
    for log in logs:
        named = LOG.fullmatch(log.name)
        if named is None:
            continue
        record = own / "parts" / f"{named['directory']}.json"
        if record.exists():
            recipe = json.loads(record.read_text())["recipe"]
            yield recipe, named["tool"], not log.read_text().startswith("not checked: ")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    output = getattr(config, "workeroutput", None)
    if output is not None:
        counted = {name: config.stash[key] for name, key in KEYS.items()}
        output[SENT] = {name: dict(counter) for name, counter in counted.items()}
    elif config.stash[NOT_CHECKED] and os.environ.get("CI") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    counts = getattr(node, "workeroutput", {}).get(SENT, {})
    stash: pytest.Stash = node.config.stash
    for name, key in KEYS.items():
        stash[key] += Counter(counts.get(name, {}))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    checked, missing = config.stash[CHECKED], config.stash[NOT_CHECKED]
    if not (checked or missing):
        return
    each = ", ".join(f"{recipe} {count}" for recipe, count in sorted(checked.items()))
    terminalreporter.write_line(
        f"recipe outputs: {checked.total()} checked, {missing.total()} not checked ({each})"
    )
    for what, count in sorted(missing.items()):
        terminalreporter.write_line(f"not checked: {what}, {count} times")
