"""A moment of the minutes for which `nox -s faults` lets many build with one cache."""

from pathlib import Path

from tests.faults.many import PROJECTS, crowd

MOMENT = 3.0


def test_many_build_with_one_cold_cache(tmp_path: Path) -> None:
    found = crowd(tmp_path, MOMENT, seed=3)
    assert found.faults == []
    assert found.counts["build"] >= PROJECTS
