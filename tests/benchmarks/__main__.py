"""`python -m tests.benchmarks [ROW…]`: assembler beside other tools on one machine, in one run.

All is done on a file system made for it, which no other process sees and which is gone afterwards.
Without names of rows the tables go into `docs/explanation/performance.md`; with names they are
printed only, unless `--write` lets them take the place of the same lines there.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from tests.benchmarks import building, locking, running
from tests.benchmarks.field import Field, copy, mounted
from tests.benchmarks.floors import floors
from tests.benchmarks.others import others
from tests.benchmarks.table import FLOORS, GOALS, OTHERS, Table, write
from tests.faults.mounts import own_mounts

ROUNDS = 5

Row = Callable[[Field, int], str]
ROWS: dict[Table, dict[str, Row]] = {
    GOALS: {
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
    },
    OTHERS: {"others": others},
    FLOORS: {"floors": floors},
}
NAMES = [name for rows in ROWS.values() for name in rows]


def main(argv: Sequence[str]) -> int:
    """Measure here if mounts are our own, else in a process that has its own."""
    parser = argparse.ArgumentParser(prog="nox -s bench --", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"some of {', '.join(NAMES)}")
    parser.add_argument("--write", action="store_true", help="write even if rows are named")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="runs of each tool")
    disk = "ext4" if os.geteuid() == 0 else "tmpfs"
    parser.add_argument("--disk", choices=("ext4", "tmpfs", "none"), default=disk)
    parser.add_argument("--caches", type=Path, help="filled caches to begin with; made if missing")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if unknown := set(given.rows) - set(NAMES):
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    if given.inside:
        measure(given)
        return 0
    alone = own_mounts() if given.disk != "none" else ()
    if not alone:
        argv = [*argv, "--disk", "none"]
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as scratch:
        again = (sys.executable, "-m", "tests.benchmarks", *argv, "--inside", scratch)
        return subprocess.run([*alone, *again], check=False).returncode


def measure(given: argparse.Namespace) -> None:
    """Print each line as soon as it is there, and write it if that is asked for."""
    folder = given.inside / "disk"
    folder.mkdir()
    if given.disk != "none":
        mounted(folder, given.disk)
    field = Field(folder)
    if given.caches and given.caches.exists():
        copy(given.caches, field.caches)
    for table, rows in ROWS.items():
        anew = not given.rows
        for name, row in rows.items():
            if name not in (given.rows or NAMES):
                continue
            lines = measured(name, row, field, given.rounds)
            if given.write or not given.rows:
                write(table, lines, anew=anew)
                anew = False
    if given.caches and not given.caches.exists():
        copy(field.caches, given.caches)


def measured(name: str, row: Row, field: Field, rounds: int) -> str:
    """The lines of one row, printed."""
    sys.stderr.write(f"{name}\n")
    began = perf_counter()
    lines = row(field, rounds)
    sys.stderr.write(f"    ({perf_counter() - began:.0f} s)\n")
    sys.stdout.write(lines)
    sys.stdout.flush()
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
