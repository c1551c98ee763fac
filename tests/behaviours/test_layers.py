"""Layers of configuration: what is extended, the local file, settings, and what they decide."""

import hashlib

from tests.behaviours.commands import command, ran, said
from tests.behaviours.world import World

EXTENDS = '[assembly]\nextends = {}\nname = "demo"\n'


def test_01_the_later_file_wins(world: World) -> None:
    values = {
        "b1": {"one": 1, "low": 1},
        "b2": {"low": 2, "high": 2},
        "b3": {"high": 3, "main": 3},
    }
    for name, table in values.items():
        world.write(f"{name}.toml", "[vars]\n" + "".join(f"{k} = {v}\n" for k, v in table.items()))
    world.write(
        "assembly.toml",
        '[assembly]\nname = "demo"\npython = "3.12"\n'
        'extends = ["b1.toml", "b2.toml", "b3.toml"]\n[vars]\nmain = 4\n',
    )
    assert [world.done("config", f"vars.{key}").output.strip() for key in
            ("main", "high", "low", "one")] == ["4", "3", "2", "1"]  # fmt: skip
    origins = world.done("config", "--origins").output
    for key, place in {"main": "assembly.toml:6", "high": "b3.toml:2", "low": "b2.toml:2"}.items():
        assert any(line.startswith(f"{key} = ") and place in line for line in origins.splitlines())


def test_02_diamond(world: World) -> None:
    world.write("base.toml", '[parts.app]\nrecipe = "program"\nrequires = ["a"]\n')
    for name in ("b1", "b2"):
        text = f'[assembly]\nextends = ["base.toml"]\n[parts.app]\nrequires.add = ["{name}"]\n'
        world.write(f"{name}.toml", text)
    main = '[assembly]\nname = "demo"\npython = "3.12"\nextends = ["b1.toml", "b2.toml"]\n'
    world.write("assembly.toml", main)
    assert world.done("config", "parts.app.requires").output.split() == ["a", "b1", "b2"]

    world.write("base.toml", '[assembly]\nextends = ["b1.toml"]\n')
    ended = world.assemble("config")
    assert ended.code == 1
    assert "extend each other in a ring: b1.toml → base.toml → b1.toml" in ended.messages


def test_03_relative_base(world: World) -> None:
    world.write("../other/b3.toml", '[assembly]\nextends = ["b3base.toml"]\n')
    world.write("../other/b3base.toml", '[vars]\nwhere = "beside b3"\n')
    world.write("b3base.toml", '[vars]\nwhere = "beside main"\n')
    world.assembly("")
    world.edit("[assembly]\n", '[assembly]\nextends = ["../other/b3.toml"]\n')
    assert world.done("config", "vars.where").output == "beside b3\n"


def test_04_append_chain(world: World) -> None:
    world.write("base.toml", '[vars]\nx = ["a", "b"]\n')
    world.write("e1.toml", '[assembly]\nextends = ["base.toml"]\n[vars]\nx = { add = ["c"] }\n')
    world.write("e2.toml", '[assembly]\nextends = ["e1.toml"]\n[vars]\nx = { add = ["d"] }\n')
    world.assembly('[vars]\nx = { remove = ["b"] }')
    world.edit("[assembly]\n", '[assembly]\nextends = ["e2.toml"]\n')
    assert world.done("config", "vars.x").output.split() == ["a", "c", "d"]


def test_06_append_without_base(world: World) -> None:
    world.assembly('[vars]\nx = { add = ["e1"] }')
    assert world.done("config", "vars.x").output == "e1\n"
    world.edit("add", "remove")
    ended = world.assemble("config")
    assert ended.code == 1
    assert "error: `vars.x` removes from an array that no layer below has\n" in ended.messages


def test_07_remove_of_an_absent_element(world: World) -> None:
    world.write("base.toml", '[vars]\nparts = ["a b"]\n')
    world.assembly('[vars]\nparts = { remove = ["b"] }')
    world.edit("[assembly]\n", '[assembly]\nextends = ["base.toml"]\n')
    ended = world.assemble("config")
    assert ended.code == 1
    assert "error: `vars.parts` has no `b` to remove\n" in ended.messages


def test_09_settings_of_the_command_line(world: World) -> None:
    world.assembly(command("debug", "${vars.op}") + command("other", "2"), before='[vars]\nop="a"')
    world.write("assembly.local.toml", '[vars]\nop = "b"\n')
    world.build()
    assert ran(world) == ["debug", "other"]
    world.done("build", "--set", "vars.op=foo")
    assert ran(world) == ["debug"]
    assert said(world, "debug") == "foo"
    new = "parts.new={recipe='template', to='etc/new', text='n'}"
    world.done("build", "--set", new)
    assert (world.prefix / "etc/new").read_text() == "n"
    listed = world.done("config", "parts.debug.needs", "--set", "parts.debug.needs.add=['other']")
    assert listed.output == "other\n"


def test_19_local_overlay(world: World) -> None:
    world.assembly(command("app", "${vars.greeting}"), before='[vars]\ngreeting = "main"')
    world.build()
    assert said(world, "app") == "main"
    world.write("assembly.local.toml", '[vars]\ngreeting = "local"\n')
    world.done("build")
    assert said(world, "app") == "local"
    assert world.done("build").messages == "nothing to do\n"
    (world.project / "assembly.local.toml").unlink()
    world.done("build")
    assert said(world, "app") == "main"


def test_19_the_lock_is_the_same_with_and_without_it(world: World) -> None:
    world.release("app", "1.0")
    world.assembly('[parts.app]\nrecipe = "program"\nrequires = ["app"]\n' + command("x", "1"))
    world.done("lock")
    before = (world.project / "pylock.toml").read_bytes()
    local = world.write("assembly.local.toml", "[parts.app]\nenabled = false\n")
    world.done("lock")
    assert (world.project / "pylock.toml").read_bytes() == before
    world.done("lock", "--check")
    world.done("build")
    assert list(world.parts) == ["x"]
    local.write_text('[parts.app]\nrequires.add = ["other"]\n')
    ended = world.assemble("build")
    assert ended.code == 1
    assert "can't decide what is locked, as it is not committed" in ended.messages


def test_19_what_follows_from_it_is_not_locked(world: World) -> None:
    world.release("app", "1.0")
    preset = "[presets.more]\nrequires = ['other']\n"
    world.assembly(preset + '[parts.app]\nrecipe = "program"\nrequires.add = ["app"]\n')
    world.done("lock")
    world.write("assembly.local.toml", "[parts.app]\ninherits = ['more']\n")
    ended = world.assemble("build")
    assert ended.code == 6
    assert "hint: what `assembly.local.toml` says is never locked\n" in ended.messages


def test_what_is_extended_counts_for_whether_a_build_is_current(world: World) -> None:
    world.assembly("")
    world.edit("[assembly]\n", '[assembly]\nextends = ["base.toml"]\n')
    world.write("base.toml", command("app", "1"))
    world.build()
    assert world.done("build").messages == "nothing to do\n"
    world.edit("echo 1", "echo 2", "base.toml")
    world.done("build")
    assert said(world, "app") == "2"


def test_layers_cost_a_build_with_nothing_to_do_nothing(world: World) -> None:
    world.write("base.toml", "[presets.file]\nrecipe = 'template'\ntext = '1'\n")
    world.write("assembly.local.toml", "[vars]\nx = 1\n")
    world.assembly(
        "[[when]]\nmarker = \"os_name == 'posix'\"\nvars.x = 2\n"
        "[for-each.name]\nnames = ['a']\n"
        "parts.\"${name}\" = { inherits = ['file'], to = 'etc/a' }\n"
    )
    world.edit("[assembly]\n", "[assembly]\nextends = ['base.toml']\n")
    world.build()
    second = world.done("build", environment={"PYTHONPROFILEIMPORTTIME": "1"})
    assert "\nnothing to do\n" in second.messages
    assert "assembler.app.current" in second.messages
    assert "assembler.config" not in second.messages
    assert "packaging" not in second.messages


def test_67_files_from_the_network(world: World) -> None:
    text = command("app", "far")
    url = world.index.file_url("base.toml")
    world.index.files["base.toml"] = text.encode()
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    world.assembly("")
    world.edit(
        "[assembly]\n", f'[assembly]\nextends = [{{ url = "{url}", sha256 = "{sha256}" }}]\n'
    )
    world.build()
    assert said(world, "app") == "far"
    asked = [path for path, _ in world.index.requests if path.endswith("base.toml")]
    assert len(asked) == 1

    world.index.files["base.toml"] = b"changed"
    world.edit('name = "demo"', 'name = "demo"  # edited')
    world.done("build", "--offline")
    (world.cache / "files" / sha256[:2] / sha256 / "base.toml").unlink()
    ended = world.assemble("plan")
    assert ended.code == 4
    assert "error: `base.toml` has another hash than expected" in ended.messages
    assert f"expected sha256 {sha256}" in ended.messages
    assert f"got      sha256 {hashlib.sha256(b'changed').hexdigest()}" in ended.messages
    assert "assembly.toml:2" in ended.messages
