"""uv and pip choose what the solver chooses, or differ in one of the ways that the docs explain."""

import shutil
import sys
from collections import Counter
from os import environ
from pathlib import Path
from random import Random

import pytest

from tests.oracles.differences import difference
from tests.oracles.tools import BrokeOffError, Case, Pins, Tool, assembler, pip, uv, write
from tests.property.test_solve_oracle import SMALL, WIDE, drawn

SEED = environ.get("ASSEMBLER_ORACLE_SEED", "1")
AGREED = "agreed"
AGREED_ON_NONE = "agreed that there is none"
BROKE_OFF = "broke off"


def compared(tool: Tool, count: int, folder: Path) -> Counter[str]:
    """How many random indexes a tool agrees on, and how many it differs on in which way."""
    ways: Counter[str] = Counter()
    for number in range(count):
        case = Case(*drawn(Random(f"{SEED} {number}"), (SMALL, WIDE)[number % 2]))
        here = folder / str(number)
        write(here, case)
        try:
            ways[_way(case, assembler(here, case), tool(here, case))] += 1
        except BrokeOffError:
            ways[BROKE_OFF] += 1
        except AssertionError as error:
            error.add_note(f"seed {SEED}, index {number}: {case}")
            raise
        shutil.rmtree(here)
    return ways


def _way(case: Case, ours: Pins | None, theirs: Pins | None) -> str:
    return difference(case, ours, theirs) or (AGREED if ours else AGREED_ON_NONE)


@pytest.mark.parametrize(("tool", "count"), [(uv, 100), (pip, 8)])
def test_other_tools_choose_the_same(
    tool: Tool, count: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """As many indexes as `ASSEMBLER_ORACLE_UV` and `ASSEMBLER_ORACLE_PIP` say."""
    count = int(environ.get(f"ASSEMBLER_ORACLE_{tool.__name__.upper()}", str(count)))

    ways = compared(tool, count, tmp_path)

    with capsys.disabled():
        found = ", ".join(f"{way} {number}" for way, number in sorted(ways.items()))
        sys.stdout.write(f"{tool.__name__}: {count} indexes, seed {SEED}: {found}\n")
    assert ways[AGREED] > 0
    assert ways[AGREED] + ways[AGREED_ON_NONE] >= 0.8 * (count - ways[BROKE_OFF])
    assert ways[BROKE_OFF] <= 0.1 * count
