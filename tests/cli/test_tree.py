"""`assemble tree` on a lock that was just made."""

from pathlib import Path

from tests.behaviours.programs import program
from tests.behaviours.world import World
from tests.servers import serve


def test_a_tree_is_drawn_and_written_as_json(tmp_path: Path) -> None:
    with serve({}) as index:
        world = World(tmp_path, index)
        world.release("one", "1.0", requires=["two"])
        world.release("two", "2.0")
        world.assembly(program("app", ["one>=1"]) + program("other", ["two"]))
        world.done("lock")
        index.requests.clear()

        assert world.done("tree").output == (
            "app\n└── one 1.0 (`one>=1`)\n    └── two 2.0\n\nother\n└── two 2.0\n"
        )
        document = world.done("tree", "App", "--json").document
        assert document["changed"] is False
        (found,) = document["programs"]
        assert found["program"] == "app"
        assert found["roots"] == [{"name": "one", "requirements": ["one>=1"]}]
        assert found["distributions"] == {
            "one": {"version": "1.0", "dependencies": ["two"]},
            "two": {"version": "2.0", "dependencies": []},
        }
        assert index.requests == []
        failed = world.assemble("tree", "nobody")
        assert failed.code == 2
