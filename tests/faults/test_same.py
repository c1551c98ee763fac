"""A few of the builds that `python -m tests.faults.same` makes in many ways."""

from pathlib import Path

from tests.faults.same import trial

FEW = 3
"""The plain one, and two in which everything is otherwise, one of them in another folder."""


def test_locks_and_trees_are_the_same_wherever_and_however_they_are_made(tmp_path: Path) -> None:
    found = trial(tmp_path, FEW, seed=1)
    assert found.faults == []
    assert found.builds == FEW
    assert found.files > 200
