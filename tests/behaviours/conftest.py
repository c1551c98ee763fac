"""A world for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.behaviours.world import World
from tests.servers import serve


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A scratch folder with a project, a cache and an index."""
    with serve({}) as index:
        yield World(tmp_path, index)
