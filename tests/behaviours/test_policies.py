"""What a project may say about the versions it gets, through the command line."""

from inline_snapshot import snapshot

from tests.behaviours.programs import program
from tests.behaviours.test_solving import LINUX, locked
from tests.behaviours.world import World

OVERRIDES = """
[lock.overrides]
bbb = { version = "==2.0", because = "the bound is stale" }
ccc = { exclude = true, because = "never imported" }
"""


def test_overrides_count_instead_of_what_is_asked(world: World):
    world.release("aaa", "1.0", requires=["bbb <2", "ccc"])
    for version in ("1.0", "2.0"):
        world.release("bbb", version)
    world.release("ccc", "1.0")
    world.assembly(program("app", ["aaa"]), before=LINUX + OVERRIDES)

    assert "not used" not in world.done("lock").messages
    assert locked(world) == {"aaa": "1.0", "bbb": "2.0"}
    assert world.done("lock", "--check").code == 0

    world.edit('version = "==2.0"', 'version = "==1.0"')
    assert world.assemble("lock", "--check").messages == snapshot("""\
error: `pylock.toml` is stale: override `bbb` is now `==1.0` (assembly.toml:13), was `==2.0`
  --> assembly.toml:13:7
   |
13 | bbb = { version = "==1.0", because = "the bound is stale" }
   |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
hint: run `assemble lock`, or `assemble build --lock`
""")


def test_what_is_not_used_is_told(world: World):
    world.release("aaa", "1.0")
    world.assembly(
        program("app", ["aaa"]), before=LINUX + '[lock.constraints]\nzzz = "<3"\n' + OVERRIDES
    )

    done = world.done("lock", "--json")

    assert done.document["unused"] == snapshot(
        [
            "the constraint on `zzz` (assembly.toml:12) is not used: nothing asks for it",
            "the override of `bbb` (assembly.toml:15) is not used: nothing asks for it",
            "the override of `ccc` (assembly.toml:16) is not used: nothing asks for it",
        ]
    )
    assert "the constraint on `zzz` (assembly.toml:12) is not used" in done.messages


def test_a_distribution_is_upgraded_in_one_program(world: World):
    world.release("aaa", "1.0")
    world.assembly(program("one", ["aaa"]) + program("two", ["aaa"]), before=LINUX)
    world.done("lock")
    world.release("aaa", "2.0")

    done = world.done("lock", "--json", "--upgrade", "two:aaa")

    changed = [(change["program"], change["after"]) for change in done.document["changes"]]
    assert changed == [("two", "2.0")]


def test_what_can_not_be_upgraded_is_told(world: World):
    world.release("aaa", "1.0")
    world.assembly(program("one", ["aaa"]), before=LINUX)
    world.done("lock")

    assert world.assemble("lock", "--upgrade", "two:aaa").messages == snapshot("""\
error: there is no program `two` in the lock
hint: its programs are `one`
""")
    assert world.assemble("lock", "--upgrade", "one:bbb").messages == snapshot("""\
error: nothing in the program `one` of the lock is called `bbb`
hint: `--upgrade` alone takes all
""")
    assert world.assemble("lock", "--upgrade", "bbb").messages == snapshot("""\
error: nothing in the lock is called `bbb`
hint: `--upgrade` alone takes all
""")


def test_from_source_is_an_input_of_the_lock(world: World):
    world.release("aaa", "1.0")
    world.assembly(program("one", ["aaa"]), before=LINUX)
    world.done("lock")
    world.edit(LINUX, LINUX + 'from-source = ["aaa"]\n')

    assert "`aaa` is now always built from source" in world.assemble("lock", "--check").messages
