"""How the figures of `nox -s faults` are run, read and written down."""

from pathlib import Path

import pytest

from tests.faults.__main__ import BEGIN, END, Outcome, Runner, row, write
from tests.faults.figures import tell
from tests.faults.programs import PROGRAMS, Program, figures

KILLS = Program(what="kills", words=("k",), option="--kills", amount=500, some=1, runs=2)


def test_faults_come_before_the_line_of_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell("2 kills", {"lock": 2}, ["lock: it is neither\n"], seed=3) == 1
    assert capsys.readouterr().out == "lock: it is neither\n2 kills (lock 2; seed 3)\n"
    assert tell("2 kills", {}, []) == 0


def test_each_run_has_a_seed_of_its_own() -> None:
    assert KILLS.commands(short=False, seed=4) == (
        ("k", "--kills", "500", "--seed", "4"),
        ("k", "--kills", "500", "--seed", "5"),
    )
    assert KILLS.commands(short=True, seed=1)[0] == ("k", "--kills", "1", "--seed", "1")


def test_a_program_without_options_is_run_as_it_is() -> None:
    assert Program(what="", words=("m", "pip")).commands(short=True, seed=1) == (("m", "pip"),)


def test_figures_of_several_runs_are_added_up() -> None:
    lines = ("3 kills, 0 illegal (lock 3; seed 1)", "4 kills, 1 illegal (lock 4; seed 2)")
    assert figures(lines) == "7 kills, 1 illegal"
    assert figures(lines[:1]) == "3 kills, 0 illegal"
    assert figures((lines[0], "it did not end")) == "3 kills, 0 illegal; it did not end"


def test_a_program_runs_to_its_end_or_to_the_end_of_its_time() -> None:
    runner = Runner(60)
    assert runner.run(("calendar", "2000", "1")).code == 0
    assert runner.run(("calendar", "none")).code not in {0, None}
    late = Runner(0.2).run(("http.server", "0", "--bind", "127.0.0.1"))
    assert (late.code, late.figures) == (None, "it did not end")


def test_the_table_stands_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}old\n{END}after\n")
    outcome = Outcome(("k", "--seed", "1"), 0, ("3 kills (seed 1)",), 1.0)
    write([row(KILLS, [outcome])], page)
    assert page.read_text() == (
        f"before\n{BEGIN}\n| what | figure | with |\n| --- | --- | --- |\n"
        f"| kills | 3 kills | `python -m k --seed 1` |\n\n{END}after\n"
    )


def test_every_program_is_there() -> None:
    modules = {program.words[0].rpartition(".")[2] for program in PROGRAMS}
    told = {path.stem for path in Path(__file__).parent.glob("*.py") if _tells(path)}
    assert modules == {*told, "ours", "others"}


def _tells(path: Path) -> bool:
    return "return tell(" in path.read_text() and not path.stem.startswith("test_")
