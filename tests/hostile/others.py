"""How pip or uv takes the cases: `python -m tests.hostile.others pip`.

It installs `victim` into an empty environment, from the same server.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults.figures import tell
from tests.hostile.case import ELSEWHERE_IS_NOWHERE, VICTIM, Case
from tests.hostile.listing import changed, listing
from tests.hostile.table import CASES
from tests.servers import serve

PATIENCE = 60.0
MUST_FAIL = {"pip": 40, "uv": 20}
"""How many cases each is known to get wrong at least: a table that nobody fails proves little."""


def arguments(tool: str, python: Path, index: str) -> Sequence[str]:
    """The command that installs `victim`."""
    options: tuple[str, ...]
    command: tuple[str, ...]
    match tool:
        case "pip":
            options = ("--no-cache-dir", "--disable-pip-version-check", "--timeout", "2")
            command = (sys.executable, "-m", "pip", "--python", str(python), "install")
        case _:
            options = ("--no-cache", "--no-config", "--python", str(python))
            command = ("uv", "pip", "install")
    return (*command, *options, "--index-url", index, VICTIM)


def wrong(tool: str, case: Case) -> str:
    """What the tool does wrong in the case; nothing if it does all right."""
    with tempfile.TemporaryDirectory() as scratch, serve({}) as index:
        folder = Path(scratch)
        environment = folder / "around/environment"
        subprocess.run(["uv", "venv", "-q", environment], check=True, capture_output=True)
        case.publish(index)
        before = listing(folder, _own)
        command = arguments(tool, environment / "bin/python", index.url)
        try:
            ended = _ended(command, folder)
        except subprocess.TimeoutExpired:
            return "hangs"
        strays = changed(before, listing(folder, _own))
        return _judged(case, ended, strays)


def _ended(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the tool; raise `TimeoutExpired` when it, and all that it started, had to be killed."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **ELSEWHERE_IS_NOWHERE, "UV_HTTP_TIMEOUT": "2"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as tool:
        try:
            output, messages = tool.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(tool.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, tool.returncode, output, messages)


def _judged(case: Case, ended: subprocess.CompletedProcess[str], strays: tuple[str, ...]) -> str:
    if "Traceback (most recent call last)" in ended.stderr or "panicked at" in ended.stderr:
        return "falls over"
    inside = "around/environment/"
    if outside := [path for path in strays if not path.startswith(inside)]:
        return f"writes outside: {outside[0]}"
    if case.refused is None:
        return "gives up" if ended.returncode else ""
    if ended.returncode == 0:
        return "installs it"
    return f"leaves half of it: {strays[0].removeprefix(inside)}" if strays else ""


def _own(path: Path) -> bool:
    return path.name.endswith(".pyc") or path.name == ".lock"


def main() -> int:
    """Print what the tool gets wrong; 1 if that is less than is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool", choices=MUST_FAIL)
    parser.add_argument("--every", type=int, default=1, help="only every so many-th case")
    given = parser.parse_args()
    tool, cases = given.tool, list(CASES.values())[:: given.every]
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        verdicts = list(threads.map(lambda case: wrong(tool, case), cases))
    found = {case.name: verdict for case, verdict in zip(cases, verdicts, strict=True) if verdict}
    kinds = Counter(verdict.partition(":")[0] for verdict in found.values())
    figures = f"{len(found)} of {len(cases)} cases taken wrongly by {tool} {version(tool)}"
    tell(figures, kinds, [f"{name}: {verdict}" for name, verdict in found.items()])
    return int(len(found) < MUST_FAIL[tool] // given.every)


def version(tool: str) -> str:
    """Which one is installed."""
    command = (tool, "--version") if tool == "uv" else (sys.executable, "-m", tool, "--version")
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[1]


if __name__ == "__main__":
    sys.exit(main())
