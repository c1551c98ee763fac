"""The tables: goals with what was measured and whether it meets them, other tools, floors."""

from dataclasses import dataclass

from tests.benchmarks.field import PROJECT
from tests.benchmarks.measuring import Spread

PAGE = PROJECT / "docs" / "explanation" / "performance.md"
KEYS = 3


@dataclass(frozen=True)
class Table:
    """A table of the page, between markers of this name."""

    name: str
    head: str


GOALS = Table(
    "bench", "| work | goal | assembler | beside | ratio | |\n|---|---|---|---|---|---|\n"
)
OTHERS = Table(
    "others", "| work | tool | it takes | assembler | times ours |\n|---|---|---|---|---|\n"
)
FLOORS = Table("floors", "| work without any tool | it takes |\n|---|---|\n")


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


def against(
    work: str, ours: float, theirs: Figure, limit: float, spread: Spread | None = None
) -> str:
    """A line: ours may be so many times theirs; a spread tells how far to trust the ratio."""
    ratio = ours / theirs.value
    mine = Figure("assembler", ours, theirs.unit)
    goal = f"≤ {limit:g} times {theirs.whose}"
    told = f"{ratio:.3f} ({spread.low:.3f} to {spread.high:.3f})" if spread else f"{ratio:.3g}"
    return _line(work, goal, mine.text, theirs.text, told, _met(ratio <= limit))


def over(work: str, ours: float, floor: Figure, most: float) -> str:
    """A line: ours may be so much more than a floor."""
    mine = Figure("assembler", ours, floor.unit)
    goal = f"≤ {Figure('', most, floor.unit).text} over {floor.whose}"
    return _line(work, goal, mine.text, floor.text, "", _met(ours - floor.value <= most))


def within(work: str, ours: float, most: Figure) -> str:
    """A line: ours may be so much."""
    mine = Figure("assembler", ours, most.unit)
    return _line(work, f"≤ {most.text}", mine.text, "", "", _met(ours <= most.value))


def also(work: str, ours: float, theirs: Figure, digits: int = 2) -> str:
    """A line that has no goal, with so many digits of the ratio."""
    mine = Figure("assembler", ours, theirs.unit)
    return _line(work, "", mine.text, theirs.text, f"{ours / theirs.value:.{digits}g}", "")


def beside(work: str, ours: float, whose: str, theirs: float) -> str:
    """A line of a tool without a goal: how many times our seconds it takes."""
    mine, other = Figure("assembler", ours), Figure(whose, theirs)
    return _line(work, whose, other.text, mine.text, f"{theirs / ours:.2g}")


def floor(work: str, taken: float) -> str:
    """A line of what takes so many seconds without any tool."""
    return _line(work, Figure("", taken).text)


def _met(met: bool) -> str:
    return "met" if met else "**missed**"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def write(table: Table, lines: str, *, anew: bool) -> None:
    """Put lines into a table of the page; its other lines go if it is made anew.

    A line takes the place of the one that has its first two cells: the work, and the goal.
    """
    begin, end = f"<!-- {table.name}: begin -->\n", f"<!-- {table.name}: end -->\n"
    before, rest = PAGE.read_text().split(begin)
    old, after = rest.split(end)
    stay = "" if anew else old.removeprefix(table.head)
    every = {_key(line): line for line in (stay + lines).splitlines(keepends=True)}
    PAGE.write_text(f"{before}{begin}{table.head}{''.join(every.values())}{end}{after}")


def _key(line: str) -> tuple[str, ...]:
    return tuple(line.split("|")[1:KEYS])
