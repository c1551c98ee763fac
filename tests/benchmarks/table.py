"""The tables: goals with what was measured and whether it meets them, other tools, floors."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.benchmarks.field import PROJECT

PAGE = PROJECT / "docs" / "explanation" / "performance.md"
GOALS = "| work | goal | assembler | beside it | ratio | |\n|---|---|---|---|---|---|\n"
FLOORS = "| work without any tool | seconds |\n|---|---|\n"


@dataclass(frozen=True)
class Figure:
    """Something measured: whose it is, in what unit."""

    whose: str
    value: float
    unit: str = "s"

    @property
    def text(self) -> str:
        """It with as many digits as mean something."""
        if self.unit == "s" and self.value < 0.1:
            return f"{self.value * 1000:.1f} ms"
        digits = 0 if self.value >= 100 else 1 if self.value >= 10 else 2
        return f"{self.value:,.{digits}f} {self.unit}"


def against(work: str, ours: float, theirs: Figure, limit: float) -> str:
    """A line: ours may be so many times theirs."""
    ratio = ours / theirs.value
    mine = Figure("assembler", ours, theirs.unit)
    goal = f"≤ {limit:g} times {theirs.whose}"
    return _line(work, goal, mine.text, theirs.text, f"{ratio:.2g}", _met(ratio <= limit))


def over(work: str, ours: float, floor: Figure, most: float) -> str:
    """A line: ours may be so much more than a floor."""
    mine = Figure("assembler", ours, floor.unit)
    goal = f"≤ {Figure('', most, floor.unit).text} over {floor.whose}"
    return _line(work, goal, mine.text, floor.text, "", _met(ours - floor.value <= most))


def within(work: str, ours: float, most: Figure) -> str:
    """A line: ours may be so much."""
    mine = Figure("assembler", ours, most.unit)
    return _line(work, f"≤ {most.text}", mine.text, "", "", _met(ours <= most.value))


def others(work: str, figures: Mapping[str, float]) -> str:
    """A line about tools that have no goal, each with its seconds."""
    return _line(work, *(f"{Figure(name, value).text}" for name, value in figures.items()))


def _met(met: bool) -> str:
    return "met" if met else "**missed**"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def write(name: str, table: str) -> None:
    """Put a table into the page, between its markers."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
    before, rest = PAGE.read_text().split(begin)
    _, after = rest.split(end)
    PAGE.write_text(f"{before}{begin}{table}{end}{after}")
