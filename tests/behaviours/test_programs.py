"""Launchers from one build to the next."""

import os
import re
import shutil

from inline_snapshot import snapshot

from tests.behaviours.programs import program, release_app, shown
from tests.behaviours.world import World


def test_58_what_is_unchanged_is_not_touched_and_a_hand_edit_is_undone(world: World):
    release_app(world, "demo", "1.0", "demo")
    release_app(world, "other", "1.0", "other")
    world.assembly(program("app", ["demo"]) + program("second", ["other"]))
    world.build()
    before = world.made("app")
    text = (world.prefix / "bin/demo").read_bytes()

    world.edit('requires = ["other"]', 'requires = ["other"]\ninterpreter = "py"')
    world.done("build")
    assert shown(world) == ["demo", "py"]
    assert world.made("app") == before

    launcher = (world.prefix / "bin/demo").resolve()
    launcher.chmod(0o755)
    launcher.write_text("#!/bin/sh\necho edited\n")
    noticed = world.assemble("verify")
    assert noticed.code == 4
    assert noticed.messages.replace(str(world.prefix), "PREFIX") == snapshot("""\
error: 1 of the files in `PREFIX` is damaged
  part `app`: `bin/demo` was changed
hint: `assemble build` makes what is damaged again
""")
    world.done("build")
    assert (world.prefix / "bin/demo").read_bytes() == text
    assert world.launch("demo") == "demo 1.0"
    world.done("verify")


def test_58_modes_do_not_depend_on_the_umask(world: World):
    release_app(world, "demo", "1.0", "demo", data={"share/demo.txt": "demo"})
    world.assembly(program("app", ["demo"], 'interpreter = "py"'))
    world.build()
    modes = modes_of(world)

    for umask in (0o077, 0o000):
        shutil.rmtree(world.prefix)
        shutil.rmtree(world.cache)
        world.done("build", umask=umask)
        assert modes_of(world) == modes


def modes_of(world: World) -> dict[str, str]:
    """The mode of everything in the prefix but links."""
    paths = [path for path in world.prefix.rglob("*") if not path.is_symlink()]
    return {
        str(path.relative_to(world.prefix)): oct(path.stat().st_mode & 0o7777) for path in paths
    }


def test_59_a_script_that_a_new_version_drops_goes(world: World):
    release_app(world, "eee", "1.0", "kept", "old")
    world.assembly(program("app", ["eee"]))
    world.build()
    assert shown(world) == ["kept", "old"]

    release_app(world, "eee", "2.0", "kept", "new")
    world.done("lock", "--upgrade")
    world.done("build")

    assert shown(world) == ["kept", "new"]
    assert not os.path.lexists(world.prefix / "bin/old")
    assert world.launch("kept") == "eee 2.0"


def test_60_two_programs_with_one_script_are_an_error_that_says_what_to_write(world: World):
    release_app(world, "one", "1.0", "aaa")
    release_app(world, "two", "1.0", "aaa")
    world.assembly(program("first", ["one"]) + program("second", ["two"]))
    world.done("lock")

    planned, built = world.assemble("plan"), world.assemble("build")

    assert planned.code == built.code == 1
    assert planned.messages == built.messages
    assert built.messages == snapshot("""\
error: parts `first` and `second` both offer `bin/aaa`
  --> assembly.toml:16:8
   |
16 | [parts.second]
   |        ^^^^^^
  `first`: assembly.toml:11
hint: write `scripts = { "aaa-2" = "aaa" }` in one of them, or leave `aaa` out of its launchers
""")
    assert not world.prefix.exists()

    line = re.search("`(scripts = .*?)`", built.messages)
    assert line
    world.edit('requires = ["two"]', f'requires = ["two"]\n{line[1]}')
    world.done("build")
    assert world.launch("aaa") == "one 1.0"
    assert world.launch("aaa-2") == "two 1.0"
