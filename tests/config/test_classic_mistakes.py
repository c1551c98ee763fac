"""What newcomers get wrong, and all that the command line says of it."""

from pathlib import Path

import pytest

from tests.config.mistakes.cases import cases, expected, said

CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_a_classic_mistake(case: Path):
    code, text = said(case)
    assert text == expected(case).read_text()
    assert code == 1


def test_there_is_a_case_for_everything_that_is_said():
    assert {path.stem for path in CASES} == {path.stem for path in CASES[0].parent.glob("*.txt")}
