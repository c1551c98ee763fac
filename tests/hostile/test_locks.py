"""A lock that somebody edited stops a build."""

from collections.abc import Iterator

import pytest

from tests.behaviours.world import World
from tests.hostile.locks import TAMPERINGS, Tampering
from tests.hostile.tampered import faults, locked
from tests.servers import serve


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A program that was locked."""
    with serve({}) as index:
        yield locked(tmp_path_factory.mktemp("locks"), index)


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda tampering: tampering.name)
def test_an_edited_lock(tampering: Tampering, world: World) -> None:
    found = faults(tampering, world)
    assert not found, "\n".join(found)
