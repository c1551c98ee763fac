"""Some of the damage that `nox -s faults` does."""

from pathlib import Path

from tests.faults.corruption import trial

SOME = 6
"""Of each place something, and of each kind."""


def test_damage_is_found_and_healed(tmp_path: Path) -> None:
    found = trial(tmp_path, 1, SOME, seed=5)
    assert (found.unfound, found.unhealed) == ([], [])
    assert found.done.total() > 1
