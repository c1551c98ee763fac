"""`assemble build`, where its options meet."""

from pathlib import Path

from tests.behaviours.world import World
from tests.servers import serve


def test_a_build_that_locked_first_is_current(tmp_path: Path) -> None:
    with serve({}) as index:
        world = World(tmp_path, index)
        world.release("one", "1.0")
        world.assembly('[parts.app]\nrecipe = "program"\nrequires = ["one"]\n')
        world.done("build", "--lock")
        assert world.done("status", "--json").document["current"] is True
        assert world.done("build").messages == "nothing to do\n"
