"""Rows about what was built: launchers, first imports, many small parts."""

from pathlib import Path

from tests.benchmarks.building import MOST_OVER_INTERPRETER
from tests.benchmarks.field import Field
from tests.benchmarks.measuring import Contestant, Spread, Times, by_turns, nothing, run
from tests.benchmarks.suites import Before, Suite, remove
from tests.benchmarks.table import Figure, against, also, over, within
from tests.benchmarks.workload import LARGE, PYTHON, programs

IMPORTS = "import pandas, matplotlib.pyplot, sklearn, jupyterlab.labapp"
FIRST = "first imports of JupyterLab, pandas, Matplotlib and scikit-learn"
PARTS = 2000
MOST_FOR_NOTHING, MOST_FOR_NEW = 0.15, 5.0
SMALL = f"""[assembly]
name = "small"
python = "{PYTHON}"

[presets.file]
recipe = "template"
to = "etc/${{self.name}}.ini"
"""


def started(field: Field, rounds: int) -> str:
    """A launcher beside the interpreter of its environment, and first imports beside uv's."""
    suite = Suite(field, programs(1)).filled()
    options = ("--offline", "--compile-bytecode")
    for contestant in (suite.assemble("build"), suite.sync(*options, place="compiled")):
        run(contestant)
    launcher = suite.folder / "build" / "bin" / f"py-{LARGE}"
    bare = suite.folder / "build/.assembly/current/parts" / LARGE / "bin/python"
    theirs = suite.folder / "compiled" / LARGE / "bin/python"

    def each(python: Path, code: str) -> Contestant:
        return Contestant((str(python), "-c", code), suite.folder, suite.environment)

    starts = by_turns(
        {"launcher": each(launcher, "pass"), "bare": each(bare, "pass")}, max(10 * rounds, 10)
    )
    imports = by_turns({"ours": each(launcher, IMPORTS), "uv": each(theirs, IMPORTS)}, 5 * rounds)
    floor = Figure("the bare interpreter", starts["bare"].seconds)
    return over(
        "a launcher's start", starts["launcher"].seconds, floor, MOST_OVER_INTERPRETER
    ) + _imported(imports["ours"], imports["uv"])


def _imported(ours: Times, theirs: Times) -> str:
    """First imports, as long as they take, and as long as cores work for them."""
    beside = Figure("uv with bytecode", theirs.seconds)
    computing = Figure("uv with bytecode", theirs.computing)
    return against(FIRST, ours.seconds, beside, 1.0, Spread.of(ours, theirs)) + also(
        f"{FIRST}, computing", ours.computing, computing, digits=4
    )


def small_parts(field: Field, rounds: int) -> str:
    """Very many parts, each of which writes a file."""
    folder = field.place("small")
    parts = (
        f'[parts.p{number}]\ninherits = ["file"]\ntext = "number {number}\\n"\n'
        for number in range(PARTS)
    )
    (folder / "assembly.toml").write_text(SMALL + "\n" + "\n".join(parts))
    assemble = str(field.assembler)

    def command(*words: str, before: Before = nothing) -> Contestant:
        return Contestant((assemble, *words, "-q"), folder, field.environment(), before)

    run(command("lock"))
    new = command("build", before=lambda: remove([folder / "build"]))
    times = by_turns({"new": new}, min(rounds, 3))
    run(command("build"))
    times |= by_turns({"nothing": command("build")}, rounds)
    lines = {"nothing": f"{PARTS:,} small parts, nothing to do", "new": f"{PARTS:,} small parts"}
    limits = {"nothing": MOST_FOR_NOTHING, "new": MOST_FOR_NEW}
    return "".join(
        within(work, times[name].seconds, Figure("", limits[name])) for name, work in lines.items()
    )
