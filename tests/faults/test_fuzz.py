"""Some of what `python -m tests.faults.fuzz` changes at random."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.copies import Copies
from tests.faults.fuzz import Fuzzer, Trial
from tests.faults.fuzz_archives import Archives
from tests.faults.fuzz_assemblies import Assemblies
from tests.faults.fuzz_locks import Locks
from tests.faults.fuzz_pages import Pages
from tests.faults.sink_scene import Scene
from tests.faults.sinks import Sinks
from tests.servers import serve

SAMPLE = Path(__file__).parents[1] / "lock/small.pylock.toml"
SOME = 200
FEW = 12


FUZZERS: dict[str, Callable[[Path], Fuzzer]] = {
    "archives": Archives,
    "pages": lambda _: Pages(),
    "locks": lambda _: Locks([SAMPLE.read_text()]),
    "assembly files": lambda _: Assemblies(),
}


@pytest.mark.parametrize("kind", FUZZERS)
def test_what_is_changed_at_random_is_refused_or_read(kind: str, tmp_path: Path) -> None:
    trial = Trial(seed=5)
    trial.run(FUZZERS[kind](tmp_path), most=SOME)
    assert trial.faults == []
    assert trial.tried == {kind: SOME}


def test_what_a_command_changes_outside_of_its_folders_is_noted(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    project = tmp_path / "project"
    project.mkdir()
    with Copies() as copies:
        inside = copies.run(["init"], project, environment, [project])
        (project / "assembly.toml").unlink()
        outside = copies.run(["init"], project, environment, [tmp_path / "other"])
    assert (inside.code, inside.outside) == (0, ())
    assert outside.code == 0
    assert any("assembly.toml" in each for each in outside.outside)


def test_hostile_texts_lead_nowhere(tmp_path: Path) -> None:
    trial = Trial(seed=5)
    with serve({}) as index, Copies() as copies:
        trial.run(Sinks(Scene(tmp_path / "scene", index, copies)), most=FEW)
    assert trial.faults == []
