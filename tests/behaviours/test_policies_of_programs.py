"""What one program may say about its versions, and pre-releases and yanked files, to the end."""

from inline_snapshot import snapshot

from tests.behaviours.programs import program, release_app
from tests.behaviours.test_solving import LINUX
from tests.behaviours.world import World


def changed(world: World, *arguments: str) -> dict[str, dict[str, str | None]]:
    """Lock, and show what it changes: program → name → version."""
    found: dict[str, dict[str, str | None]] = {}
    for change in world.done("lock", "--json", *arguments).document["changes"]:
        found.setdefault(change["program"], {})[change["name"]] = change["after"]
    return found


def first_edit(world: World) -> str:
    """The first edit for which the lock is stale."""
    line = world.assemble("lock", "--check").messages.splitlines()[0]
    return line.removeprefix("error: `pylock.toml` is stale: ")


def test_constraints_of_a_program(world: World):
    for version in ("1.0", "2.0", "3.0"):
        world.release("lib", version)
    world.assembly(
        program("one", ["lib"], 'constraints = { lib = "<2", absent = "<9" }')
        + program("two", ["lib"]),
        before=LINUX + '[lock.constraints]\nlib = "<3"\n',
    )

    told = world.done("lock").messages
    assert "the constraint on `absent` of `one` (assembly.toml:18) is not used" in told
    assert "`lib`" not in told
    assert world.done("lock", "--check").code == 0
    assert world.done("why", "lib").output == snapshot("""\
lib 1.0 in `one`: newest that the constraint `lib<2` allows
  `lib` → lib 1.0
lib 2.0 in `two`: newest that the constraint `lib<3` allows
  `lib` → lib 2.0
""")

    world.edit('lib = "<2"', 'lib = ">=2"')
    stale = first_edit(world)
    assert stale == snapshot("constraint `lib` is now `<3,>=2` (assembly.toml:18), was `<2,<3`")
    assert changed(world) == {"one": {"lib": "2.0"}}


def test_overrides_of_a_program(world: World):
    for version in ("1.0", "2.0", "3.0"):
        world.release("deep", version)
    world.release("lib", "1.0", requires=["deep<2"])
    world.assembly(
        program("asked", ["lib"], 'overrides = { deep = "" }')
        + program("forced", ["lib"], 'overrides.deep = { version = "==3.0", because = "ours" }')
        + program("without", ["lib"], 'overrides.deep = { exclude = true, because = "unused" }')
        + program("plain", ["lib"]),
        before=LINUX + '[lock.overrides]\ndeep = { version = "==2.0", because = "stale bound" }\n',
    )

    assert changed(world) == {
        "asked": {"deep": "1.0", "lib": "1.0"},
        "forced": {"deep": "3.0", "lib": "1.0"},
        "plain": {"deep": "2.0", "lib": "1.0"},
        "without": {"lib": "1.0"},
    }
    assert "is not used" not in world.done("lock").messages
    assert world.done("lock", "--check").code == 0
    assert world.done("why", "deep").output == snapshot("""\
deep 1.0 in `asked`: newest that `deep<2` of `lib` allows
  `lib` → lib 1.0 → deep 1.0
deep 3.0 in `forced`: newest
  `lib` → lib 1.0 → deep 3.0
deep 2.0 in `plain`: the one that the override `deep==2.0` (stale bound) allows
  `lib` → lib 1.0 → deep 2.0
""")

    world.edit("exclude = true", 'version = ""')
    stale = first_edit(world)
    assert stale == snapshot("override `deep` is now `any` (assembly.toml:28), was `excluded`")
    assert changed(world) == {"without": {"deep": "3.0"}}


def test_what_is_excluded_is_not_installed(world: World):
    release_app(world, "app", "1.0", "app", requires=["heavy", "light"])
    world.release("heavy", "1.0", requires=["heavier"])
    world.release("heavier", "1.0")
    world.release("light", "1.0")
    exclusion = 'heavy = { exclude = true, because = "plays no part here" }\n'
    world.assembly(program("app", ["app"]), before=f"[lock.overrides]\n{exclusion}")

    world.build()

    assert world.launch("app") == "app 1.0"
    lock = (world.project / "pylock.toml").read_text()
    assert 'name = "light"' in lock
    assert 'name = "heav' not in lock


def test_what_is_required_and_excluded_is_refused(world: World):
    world.release("lib", "1.0")
    world.assembly(
        program("one", ["lib"], 'overrides.lib = { exclude = true, because = "gone" }'),
        before=LINUX,
    )

    assert world.assemble("lock").messages == snapshot("""\
error: `lib` is required here, and excluded (assembly.toml:16)
  --> assembly.toml:15:13
   |
15 | requires = ["lib"]
   |             ^^^^^
hint: take one of the two away
""")


def test_pre_releases_of_what_is_named(world: World):
    for name in ("aaa", "bbb"):
        for version in ("1.0", "2.0rc1"):
            world.release(name, version)
    world.assembly(program("app", ["aaa", "bbb"]), before=LINUX + 'prereleases = ["aaa"]\n')

    assert changed(world) == {"app": {"aaa": "2.0rc1", "bbb": "1.0"}}

    world.edit('prereleases = ["aaa"]', "prereleases = []")
    stale = first_edit(world)
    assert stale == snapshot("pre-releases of `aaa` are no longer allowed")
    assert changed(world) == {"app": {"aaa": "1.0"}}
    world.edit("prereleases = []", 'prereleases = ["*"]')
    assert changed(world) == {}
    assert changed(world, "--upgrade") == {"app": {"aaa": "2.0rc1", "bbb": "2.0rc1"}}


def test_yanked_files_are_taken_where_they_are_pinned(world: World):
    for version in ("1.0", "2.0"):
        world.release("lib", version)
    world.index.manners.yanked["lib-2.0-py3-none-any.whl"] = "broken"
    world.assembly(program("app", ["lib"]), before=LINUX)

    assert changed(world) == {"app": {"lib": "1.0"}}
    world.edit('["lib"]', '["lib==2.0"]')
    assert changed(world) == {"app": {"lib": "2.0"}}
    world.edit('["lib==2.0"]', '["lib>=2"]')
    refused = world.assemble("lock")
    assert refused.code == 1
    assert refused.messages.splitlines()[-3:] == snapshot(
        [
            "  `lib>=2` (assembly.toml:15)",
            "hint: to use it all the same, require `lib==2.0`",
            "hint: relax `lib>=2` (assembly.toml:15) to `lib>=1.0`",
        ]
    )
