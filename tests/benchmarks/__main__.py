"""`python -m tests.benchmarks [ROW…]`: assembler beside other tools on one machine, in one run.

All is done on a file system made for it, which no other process sees and which is gone afterwards.
Without names of rows the tables go into `docs/explanation/performance.md`; with names they are
printed only.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from tests.benchmarks import building, locking, running
from tests.benchmarks.field import Field, mounted
from tests.benchmarks.floors import floors
from tests.benchmarks.table import FLOORS, GOALS, write
from tests.faults.mounts import own_mounts

ROUNDS = 5

Row = Callable[[Field, int], str]
ROWS: dict[str, Row] = {
    "lock-warm": locking.warm,
    "lock-cold": locking.cold,
    "lock-check": locking.check,
    "build-warm": building.warm,
    "build-cold": building.cold,
    "nothing": building.nothing,
    "added": building.added,
    "started": running.started,
    "changed": building.changed,
    "memory": locking.memory,
    "small-parts": running.small_parts,
}


def main(argv: Sequence[str]) -> int:
    """Measure here if mounts are our own, else in a process that has its own."""
    parser = argparse.ArgumentParser(prog="nox -s bench --", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"some of {', '.join(ROWS)}")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="runs of each tool")
    parser.add_argument("--disk", choices=("ext4", "tmpfs", "none"), default="ext4")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if unknown := set(given.rows) - ROWS.keys():
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    if given.inside:
        measure(given.inside, given.rows, given.rounds, given.disk)
        return 0
    alone = own_mounts() if given.disk != "none" else ()
    if not alone:
        argv = [*argv, "--disk", "none"]
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as scratch:
        again = (sys.executable, "-m", "tests.benchmarks", *argv, "--inside", scratch)
        return subprocess.run([*alone, *again], check=False).returncode


def measure(scratch: Path, rows: Sequence[str], rounds: int, disk: str) -> None:
    """Print each line as soon as it is there; all of them go into the page."""
    folder = scratch / "disk"
    folder.mkdir()
    if disk != "none":
        mounted(folder, disk)
    field = Field(folder)
    table = GOALS
    for name in rows or ROWS:
        sys.stderr.write(f"{name}\n")
        began = perf_counter()
        lines = ROWS[name](field, rounds)
        sys.stderr.write(f"    ({perf_counter() - began:.0f} s)\n")
        sys.stdout.write(lines)
        sys.stdout.flush()
        table += lines
    if not rows:
        write("bench", table)
        write("floors", FLOORS + floors(field, rounds))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
