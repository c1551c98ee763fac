"""A lock that somebody edited stops a build."""

from collections.abc import Iterator

import pytest

from tests.behaviours.world import World
from tests.hostile.case import ELSEWHERE_IS_NOWHERE
from tests.hostile.locks import TAMPERINGS, Tampering
from tests.servers import serve

ASSEMBLY = """[parts.app]
recipe = "program"
requires = ["victim"]
interpreter = "py"
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A program that was locked."""
    with serve({}) as index:
        made = World(tmp_path_factory.mktemp("locks"), index)
        for version in ("1.0", "2.0"):
            made.release("helper", version)
        made.release("evil", "1.0")
        made.release("victim", "1.0", requires=["helper<2"])
        made.assembly(ASSEMBLY)
        made.done("lock")
        yield made


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda tampering: tampering.name)
def test_an_edited_lock(tampering: Tampering, world: World) -> None:
    lock = world.project / "pylock.toml"
    whole = lock.read_text()
    prefix = world.folder / f"build {tampering.name}"
    lock.write_text(tampering.edit(whole))
    try:
        cold = {**ELSEWHERE_IS_NOWHERE, "ASSEMBLER_CACHE": str(world.folder / tampering.name)}
        ended = world.assemble("build", "--prefix", str(prefix), environment=cold)
    finally:
        lock.write_text(whole)
    assert ended.code == tampering.code, ended.messages
    assert tampering.told in ended.messages
    assert not (prefix / "bin").exists()
