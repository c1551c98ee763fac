"""`assemble outdated`: what an upgrade takes, and what holds the rest back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests.behaviours.programs import program
from tests.behaviours.world import World
from tests.servers import serve

LOCK = """[lock]
targets = ["linux-x86_64", "windows-x86_64"]
exclude-newer = "2026-06-01"

[lock.constraints]
bound = "<3"
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A project whose lock has the newest versions."""
    with serve({}) as index:
        world = World(tmp_path, index)
        for name in ("asker", "bound", "early", "free", "late", "python", "tags", "withdrawn"):
            world.release(name, "1.0", requires=["needed <2"] if name == "asker" else [])
        world.release("needed", "1.0")
        names = ["asker", "bound", "early", "free", "late", "python", "tags", "withdrawn"]
        world.assembly(program("app", names), before=LOCK, python="3.12")
        world.done("lock")
        yield world


def release_more(world: World) -> None:
    for version in ("2.0", "3.0"):
        world.release("bound", version)
    world.release("needed", "2.0")
    world.release("early", "2.0rc1")
    world.release("free", "1.5")
    world.release("late", "2.0")
    world.release("python", "2.0", requires_python=">=3.13")
    world.release("tags", "2.0", tag="cp312-cp312-win_amd64")
    world.release("withdrawn", "2.0")
    manners = world.index.manners
    manners.uploaded["late-2.0-py3-none-any.whl"] = "2026-07-01T00:00:00Z"
    manners.yanked["withdrawn-2.0-py3-none-any.whl"] = "broken"


def test_what_is_newer_and_what_holds_it_back(world: World) -> None:
    assert world.done("outdated", "--check").output == "everything is at its newest version\n"
    before = (world.project / "pylock.toml").read_bytes()
    release_more(world)

    found = world.done("outdated")
    assert found.output == snapshot("""\
app:
  bound 1.0 → 2.0  (3.0 is held back: newest that the constraint `bound<3` allows)
  free 1.0 → 1.5
  late 1.0  (2.0 is held back: uploaded 2026-07-01, and `exclude-newer` leaves it out)
  needed 1.0  (2.0 is held back: newest that `needed<2` of `asker` allows)
  python 1.0  (2.0 is held back: needs Python `>=3.13`)
  tags 1.0 on linux-x86_64  (2.0 is held back: no wheel for `linux-x86_64`)
  tags 1.0 → 2.0 on windows-x86_64
""")
    document = world.done("outdated", "--json").document
    assert document["due"] is True
    assert document["outdated"][0] == snapshot(
        {
            "program": "app",
            "name": "bound",
            "version": "1.0",
            "upgrade": "2.0",
            "newest": "3.0",
            "held": "newest that the constraint `bound<3` allows",
            "targets": ["linux-x86_64", "windows-x86_64"],
            "everywhere": True,
        }
    )
    due = world.assemble("outdated", "--check")
    assert due.code == 7
    assert due.messages == (
        "error: there are newer versions\nhint: `assemble lock --upgrade` takes them\n"
    )
    assert (world.project / "pylock.toml").read_bytes() == before

    world.done("lock", "--upgrade")
    rest = world.done("outdated", "--check")
    assert rest.output == snapshot("""\
app:
  bound 2.0  (3.0 is held back: newest that the constraint `bound<3` allows)
  late 1.0  (2.0 is held back: uploaded 2026-07-01, and `exclude-newer` leaves it out)
  needed 1.0  (2.0 is held back: newest that `needed<2` of `asker` allows)
  python 1.0  (2.0 is held back: needs Python `>=3.13`)
  tags 1.0 on linux-x86_64  (2.0 is held back: no wheel for `linux-x86_64`)
""")


def test_a_stale_lock_is_refused(world: World) -> None:
    world.edit('"free", ', "")
    stale = world.assemble("outdated")
    assert stale.code == 6
    assert stale.messages == snapshot("""\
error: `pylock.toml` is stale: `app` no longer requires `free`
hint: run `assemble lock`, or `assemble build --lock`
""")


def test_overrides_count(world: World) -> None:
    override = '[lock.overrides]\nneeded = { version = "<3", because = "stale bound" }\n'
    world.edit("[lock.constraints]", override + "[lock.constraints]")
    for version in ("2.0", "3.0"):
        world.release("needed", version)
    world.done("lock")

    assert world.done("outdated").output == snapshot("""\
app:
  needed 1.0 → 2.0  (3.0 is held back: newest that the override `needed<3` (stale bound) allows)
""")
