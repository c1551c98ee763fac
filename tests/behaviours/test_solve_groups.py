"""Programs that share versions, through the command line."""

from inline_snapshot import snapshot

from tests.behaviours.programs import program
from tests.behaviours.test_solving import LINUX
from tests.behaviours.world import World

SITE = 'solve-group = "site"'


def test_programs_of_one_group_have_one_version(world: World):
    for version in ("1.0", "2.0"):
        world.release("aaa", version)
    world.release("bbb", "1.0", requires=["aaa <2"])
    world.assembly(
        program("jobs", ["bbb"], SITE) + program("web", ["aaa"], SITE) + program("own", ["aaa"]),
        before=LINUX,
    )

    done = world.done("lock", "--json").document
    added = {(each["program"], each["name"]): each["after"] for each in done["changes"]}
    assert added == snapshot(
        {
            ("jobs", "aaa"): "1.0",
            ("jobs", "bbb"): "1.0",
            ("own", "aaa"): "2.0",
            ("web", "aaa"): "1.0",
        }
    )
    assert world.done("lock", "--check").code == 0
    assert world.done("why", "aaa").output == snapshot("""\
aaa 1.0 in `jobs`, which shares its solve with `web`: newest that `aaa<2` of `bbb` allows
  `bbb` → bbb 1.0 → aaa 1.0
aaa 2.0 in `own`: newest
  `aaa` → aaa 2.0
aaa 1.0 in `web`, which shares its solve with `jobs`: newest that `aaa<2` of `bbb` in `jobs` allows
  `aaa` → aaa 1.0
""")

    world.edit(f'requires = ["aaa"]\n{SITE}', 'requires = ["aaa"]')
    assert world.assemble("lock", "--check").messages == snapshot("""\
error: `pylock.toml` is stale: `jobs` now shares its solve with nobody, before with `web`
  `web` now shares its solve with nobody, before with `jobs`
hint: run `assemble lock`, or `assemble build --lock`
""")


def test_an_upgrade_in_one_program_moves_the_group(world: World):
    world.release("aaa", "1.0")
    world.assembly(
        program("jobs", ["aaa"], SITE) + program("web", ["aaa"], SITE) + program("own", ["aaa"]),
        before=LINUX,
    )
    world.done("lock")
    world.release("aaa", "2.0")

    done = world.done("lock", "--json", "--upgrade", "web:aaa").document

    changed = [(change["program"], change["after"]) for change in done["changes"]]
    assert changed == [("jobs", "2.0"), ("web", "2.0")]


def test_a_group_that_can_not_be_solved(world: World):
    for version in ("1.0", "2.0"):
        world.release("aaa", version)
    world.assembly(
        program("jobs", ["aaa<2"], SITE) + program("web", ["aaa>=2"], SITE), before=LINUX
    )

    ended = world.assemble("lock")
    assert ended.messages.startswith("error: `jobs` and `web`, which share their solve, can't be")
    assert ended.messages.splitlines()[5:] == snapshot(
        [
            "  `aaa<2` of `jobs` (assembly.toml:15)",
            "  `aaa>=2` of `web` (assembly.toml:20)",
            "hint: relax `aaa<2` of `jobs` (assembly.toml:15) to `aaa<3`",
            "hint: relax `aaa>=2` of `web` (assembly.toml:20) to `aaa>=1.0`",
            'hint: each of them can be solved without `solve-group = "site"`',
        ]
    )


def test_two_pythons_in_a_group(world: World):
    world.release("aaa", "1.0")
    world.assembly(
        program("jobs", ["aaa"], f'{SITE}\npython = "3.13"') + program("web", ["aaa"], SITE),
        before=LINUX,
        python="3.12",
    )

    assert world.assemble("lock").messages == snapshot("""\
error: `jobs` and `web` share the solve group `site`, and have other Pythons: 3.13 and 3.12
  --> assembly.toml:22:15
   |
22 | solve-group = "site"
   |               ^^^^^^
hint: give both the same `python`, or take one of them out of the group
""")
