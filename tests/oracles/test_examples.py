"""What `docs/explanation/other-solvers.md` says of the three solvers, asked of all three."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.oracles.tools import Case, Pins, assembler, pip, uv, write
from tests.property.test_solve_oracle import Described


class Example(NamedTuple):
    """An index, what is asked of it, and what each solver says."""

    described: Described
    roots: Sequence[str]
    ours: Pins | None
    uvs: Pins | None
    pips: Pins | None


EXCLUDING: Described = {"ape": {"2": ["bee<2"], "1": []}, "bee": {"2": [], "1": []}}
FALLING: Described = {"bee": {"2": ["ape"], "1": []}, "ape": {"2": ["bee<2"], "1": []}}
GHOST: Described = {"bee": {"2rc1": [], "1": ["ghost"]}}
NAMED: Described = {"bee": {"2rc1": [], "1": []}, "cat": {"1": ["bee>=1rc1"]}}
FIRST = {"ape": "2", "bee": "1"}
SECOND = {"ape": "1", "bee": "2"}
EARLY = {"bee": "2rc1", "cat": "1"}
FINAL = {"bee": "1", "cat": "1"}

EXAMPLES = {
    "another newest": Example(EXCLUDING, ["ape", "bee"], FIRST, FIRST, FIRST),
    "another order": Example(EXCLUDING, ["bee", "ape"], FIRST, SECOND, FIRST),
    "not newest": Example(FALLING, ["bee"], SECOND, SECOND, {"bee": "1"}),
    "final releases that fail": Example(GHOST, ["bee"], None, {"bee": "2rc1"}, None),
    "named by another": Example(NAMED, ["cat"], EARLY, FINAL, EARLY),
    "named late": Example(NAMED, ["bee", "cat"], EARLY, FINAL, FINAL),
}


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_what_each_solver_says(example: Example, tmp_path: Path):
    case = Case(example.described, example.roots, {})
    write(tmp_path, case)

    said = [tool(tmp_path, case) for tool in (assembler, uv, pip)]
    assert said == [example.ours, example.uvs, example.pips]
