"""A few of the failing calls that `nox -s faults` goes through."""

from pathlib import Path

from tests.faults.calls import trial

SOME = 251
"""A prime, so that all errors come about."""


def test_what_the_machine_refuses_is_said_and_heals(tmp_path: Path) -> None:
    found = trial(tmp_path, SOME)
    assert found.faults == []
    assert found.tried.total() > len(found.tried)
