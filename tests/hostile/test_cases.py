"""Every case comes out as the table says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.behaviours.world import World
from tests.hostile.table import CASES
from tests.hostile.trial import attempt
from tests.servers import serve


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A scratch folder with a project, a cache and an index."""
    with serve({}) as index:
        yield World(tmp_path, index)


@pytest.mark.parametrize("name", CASES)
def test_a_case(name: str, world: World) -> None:
    case = CASES[name]
    faults = attempt(case, world).faults(case)
    assert not faults, "\n".join(faults)
