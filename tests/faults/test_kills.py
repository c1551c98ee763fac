"""A few of the kills that `nox -s faults` makes a thousand of."""

from pathlib import Path

from tests.faults.kills import loop

FEW = 15


def test_what_is_killed_leaves_the_old_or_the_new_state_and_heals(tmp_path: Path) -> None:
    found = loop(tmp_path, FEW, seed=7)
    assert (found.illegal, found.unhealed) == ([], [])
    assert found.kills.total() >= FEW
