"""`assemble lock --upgrade`: what changed, and what holds newer versions back."""

from inline_snapshot import snapshot

from tests.behaviours.programs import program
from tests.behaviours.world import World
from tests.cli.test_outdated import release_more, world

__all__ = ["world"]


def test_what_is_held_back_is_told(world: World) -> None:
    release_more(world)
    before = len(world.index.requests)

    upgraded = world.done("lock", "--upgrade")
    assert upgraded.output == ""
    assert upgraded.messages == snapshot("""\
app:
  ^ bound 1.0 → 2.0  (newest that the constraint `bound<3` allows)
  ^ free 1.0 → 1.5  (newest)
  ^ tags 1.0 → 2.0 on windows-x86_64  (newest)
held back in app:
  bound 2.0  (there is 3.0: newest that the constraint `bound<3` allows)
  late 1.0  (there is 2.0: uploaded 2026-07-01, and `exclude-newer` leaves it out)
  needed 1.0  (there is 2.0: newest that `needed<2` of `asker` allows)
  python 1.0  (there is 2.0: needs Python `>=3.13`)
  tags 1.0 on linux-x86_64  (there is 2.0: no wheel for `linux-x86_64`)
wrote pylock.toml (app 9)
""")
    asked = [path for path, _ in world.index.requests[before:] if path.startswith("/simple/")]
    assert len(set(asked)) == len(asked)


def test_a_rule_between_the_chosen_and_the_newest_is_told_first(world: World) -> None:
    release_more(world)
    world.release("bound", "4.0")
    world.index.manners.uploaded["bound-4.0-py3-none-any.whl"] = "2026-07-01T00:00:00Z"

    (held,) = world.done("lock", "--json", "--upgrade", "bound").document["held"]
    assert held["newest"] == "4.0"
    assert held["because"].split("; ") == snapshot(
        [
            "newest that the constraint `bound<3` allows",
            "uploaded 2026-07-01, and `exclude-newer` leaves it out",
        ]
    )


def test_only_what_was_to_be_upgraded_is_told(world: World) -> None:
    release_more(world)

    named = world.done("lock", "--json", "--upgrade", "bound").document
    assert named["held"] == snapshot(
        [
            {
                "program": "app",
                "name": "bound",
                "version": "2.0",
                "newest": "3.0",
                "because": "newest that the constraint `bound<3` allows",
                "targets": ["linux-x86_64", "windows-x86_64"],
                "everywhere": True,
            }
        ]
    )
    assert world.done("lock", "--json").document["held"] == []


def test_a_long_list_is_cut(world: World) -> None:
    names = [f"lib{number}" for number in range(25)]
    for name in names:
        for version in ("1.0", "2.0"):
            world.release(name, version)
    world.assembly(program("app", [f"{name}<2" for name in names]))

    told = world.done("lock", "--upgrade").messages
    assert told.count("there is 2.0") == 20
    assert "… and 5 more, which `-v` shows" in told
    assert world.done("-v", "lock", "--upgrade").messages.count("there is 2.0") == 25
