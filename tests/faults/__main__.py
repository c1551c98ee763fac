"""All programs that look for faults, and a table of their figures: `python -m tests.faults`.

As many run at once as there are cores; whoever counts on all of them runs alone. `--write` puts the
table into docs/explanation/reliability.md.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.faults.programs import PROGRAMS, Command, Program, figures

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/explanation/reliability.md"
BEGIN, END = "<!-- written by python -m tests.faults --write -->\n", "<!-- until here -->\n"
LONGEST = 40 * 60.0
"""No program may take longer, in seconds."""


@dataclass(frozen=True)
class Outcome:
    """How a program ended."""

    command: Command
    code: int | None
    lines: Sequence[str]
    seconds: float

    @property
    def figures(self) -> str:
        """Its last line."""
        if self.code is None:
            return "it did not end"
        return self.lines[-1] if self.lines else "it said nothing"


class Runner:
    """Runs programs, some at once; whatever stops it ends them, too."""

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._running: set[subprocess.Popen[bytes]] = set()

    def run_all(self, commands: Sequence[Command], *, at_once: int) -> dict[Command, Outcome]:
        """What comes of each command."""
        with ThreadPoolExecutor(at_once) as threads:
            outcomes = threads.map(self.run, commands)
            try:
                return dict(zip(commands, outcomes, strict=True))
            finally:
                for child in tuple(self._running):
                    _end(child)

    def run(self, command: Command) -> Outcome:
        """Run a program to its end; past its time it is killed, and its children with it."""
        began = time.monotonic()
        with tempfile.TemporaryFile("w+") as said:
            child = _started(command, said)
            self._running.add(child)
            code: int | None = None
            with suppress(subprocess.TimeoutExpired):
                code = child.wait(self._longest)
            self._running.remove(child)
            _end(child)
            said.seek(0)
            lines = said.read().splitlines()
        outcome = Outcome(command, code, lines, time.monotonic() - began)
        _tell(outcome)
        return outcome


def _started(command: Command, said: IO[str]) -> subprocess.Popen[bytes]:
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return subprocess.Popen(
        (sys.executable, "-m", *command),
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a program and what it started, if it has not ended."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _tell(outcome: Outcome) -> None:
    lines = [*outcome.lines[:-1], f"= {_shown(outcome.command)}: {outcome.figures}"]
    taken = "" if outcome.code == 0 else f", exit code {outcome.code}"
    lines.append(f"  {outcome.seconds:.0f} s{taken}")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _shown(command: Command) -> str:
    return f"python -m {' '.join(command)}"


def row(program: Program, outcomes: Sequence[Outcome]) -> tuple[str, str, str]:
    """What a program tries, its figures, and the commands that gave them."""
    commands = ", ".join(f"`{_shown(outcome.command)}`" for outcome in outcomes)
    return program.what, figures([outcome.figures for outcome in outcomes]), commands


def write(rows: Sequence[tuple[str, str, str]], page: Path) -> None:
    """Put the table between its two marks on the page."""
    before, _, rest = page.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    head = (("what", "figure", "with"), ("---", "---", "---"))
    table = "".join(f"| {' | '.join(cells)} |\n" for cells in (*head, *rows))
    page.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}")


def main() -> int:
    """Print the table; 1 if a program found a fault or did not end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a little of each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="put the table on its page")
    parser.add_argument("only", nargs="*", help="modules, such as tests.faults.kills")
    given = parser.parse_args()
    if given.write and (given.short or given.only):
        parser.error("the table is of everything: --write goes with neither --short nor modules")
    chosen = [each for each in PROGRAMS if not given.only or each.words[0] in given.only]
    due = {each: each.commands(short=given.short, seed=given.seed) for each in chosen}
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    found: dict[Command, Outcome] = {}
    for alone, at_once in ((False, os.cpu_count() or 1), (True, 1)):
        commands = [each for program in chosen if program.alone == alone for each in due[program]]
        found |= Runner().run_all(commands, at_once=at_once)
    rows = [row(each, [found[command] for command in due[each]]) for each in chosen]
    for what, told, _ in rows:
        sys.stdout.write(f"{what}: {told}\n")
    faulty = [_shown(command) for command, outcome in found.items() if outcome.code != 0]
    minutes = (time.monotonic() - began) / 60
    sys.stdout.write(f"{len(found)} runs in {minutes:.0f} minutes, {len(faulty)} with faults\n")
    if given.write:
        write(rows, PAGE)
    return int(bool(faulty))


if __name__ == "__main__":
    sys.exit(main())
