"""Parts: their order, when they are made again, and when they go."""

import re
import shutil

import pytest

from tests.behaviours.commands import command, ran, said
from tests.behaviours.world import World

GREETER = {
    "files": {"greeter.py": "def main():\n    print('hello')\n"},
    "entry_points": {"console_scripts": {"greeter": "greeter:main"}},
}


def test_20_implicit_parts(world: World) -> None:
    world.release("greeter", "1.0", **GREETER)
    world.assembly(
        command("server", "`${parts.app.bin.greeter}` from ${parts.config.path}", needs=["late"])
        + '[parts.app]\nrecipe = "program"\nrequires = ["greeter"]\n'
        + command("unrelated", "nothing")
        + '[parts.config]\nrecipe = "template"\ntext = "port = 1"\nto = "etc/app.ini"\n'
        + command("late", "first")
    )
    world.done("lock")
    planned = [part["name"] for part in world.plan("server")["parts"]]
    world.done("build", "server")
    assert sorted(planned) == ["app", "config", "late", "server"]
    assert planned[-1] == "server"
    assert list(world.parts) == planned
    assert ran(world) == ["late", "server"]
    greeting, _, config = said(world, "server").partition(" from ")
    assert greeting == "hello"
    assert re.fullmatch(rf"{world.prefix}/\.assembly/parts/config-\w+/etc/app\.ini", config)


def test_21_dependency_cycle(world: World) -> None:
    world.assembly(
        command("fine", "1") + command("a", "2", needs=["b"]) + command("b", "3", needs=["a"])
    )
    for asked in (["lock"], ["build"], ["plan"], ["build", "fine"]):
        ended = world.assemble(*asked)
        assert ended.code == 1
        assert "error: parts form a cycle: a → b → a\n" in ended.messages
        assert "`a` needs `b` at assembly.toml:" in ended.messages
    assert not world.prefix.exists()
    assert not (world.project / "pylock.toml").exists()
    assert ran(world) == []


NOT_NEEDED = (
    "packaging.", "urllib3.", "jinja2.", "resolvelib.", "rich.", "installer.", "build.",
    "truststore.", "elftools.", "assembler_recipes.", "assembler.solve.", "assembler.lock.",
    "assembler.plan.", "socket.", "ssl.", "http.",
)  # fmt: skip


def imported(timings: str) -> set[str]:
    """The modules in the report of `-X importtime`."""
    return {line.rpartition("|")[2].strip() for line in timings.splitlines() if "|" in line}


def unremembered(world: World) -> dict[str, tuple[int, str]]:
    """Everything on the disk but the answers that commands remember in the cache."""
    tree = world.tree(world.folder).items()
    return {path: found for path, found in tree if not f"{path}/".startswith("cache/answers/")} | {
        "cache": (0, "")
    }


def test_22_second_run_does_nothing(world: World) -> None:
    world.release("greeter", "1.0", **GREETER)
    world.write("data/in.csv", "1,2\n")
    world.write("etc/app.ini.j2", "port = {{ port }}\n")
    world.assembly(
        '[parts.app]\nrecipe = "program"\nrequires = ["greeter"]\n'
        '[parts.ini]\nrecipe = "template"\nfrom = "etc/app.ini.j2"\nto = "etc/app.ini"\n'
        "vars = { port = 8080 }\n"
        + command("report", "`${parts.app.bin.greeter}`")
        + 'inputs = ["data/*"]\n'
    )
    first = world.build()
    assert "nothing to do" not in first.messages
    assert ran(world) == ["report"]
    before, asked = unremembered(world), len(world.index.requests)
    second = world.done("build", "--json", environment={"PYTHONPROFILEIMPORTTIME": "1"})
    assert second.document["changed"] is False
    assert second.document["built"] == []
    assert "nothing to do" in second.messages
    assert ran(world) == []
    assert unremembered(world) == before
    assert len(world.index.requests) == asked
    modules = imported(second.messages)
    assert "assembler.app.current" in modules
    assert {name for name in modules if f"{name}.".startswith(NOT_NEEDED)} == set()


def test_23_option_change(world: World) -> None:
    world.assembly(
        '[parts.data]\nrecipe = "command"\nshell = "mkdir -p mystuff; echo 1 > mystuff/x"\n'
        'outputs = ["mystuff"]\nexpose = ["mystuff"]\n' + command("other", "1")
    )
    world.build()
    assert (world.prefix / "mystuff/x").is_file()
    assert ran(world) == ["other"]
    data, other = world.made("data"), world.made("other")
    path = world.project / "assembly.toml"
    path.write_text(path.read_text().replace("mystuff", "mydata"))
    world.done("build")
    assert (world.prefix / "mydata/x").is_file()
    assert not (world.prefix / "mystuff").is_symlink()
    assert sorted(set(world.made("data")) - {"."}) == ["mydata", "mydata/x"]
    assert world.made("data")["."] != data["."]
    assert world.made("other") == other
    assert ran(world) == []


OWN = ".assembly/current"


@pytest.mark.parametrize(
    "gone", ["share/dep", f"{OWN}/parts/dep/said", "share", f"{OWN}/manifest.json", OWN]
)
def test_24_missing_output(world: World, gone: str) -> None:
    world.assembly(
        command("dep", "1") + command("top", "`cat ${parts.dep.path}`") + command("other", "1")
    )
    world.build()
    ran(world)
    other = world.made("other")
    (world.prefix / gone).unlink()
    assert world.assemble("verify").code == (1 if gone == OWN else 4)
    world.done("build")
    assert (said(world, "dep"), said(world, "top")) == ("1", "1")
    remade = ["dep", "top"] if gone.endswith("said") else []
    assert ran(world) == remade
    assert world.made("other") == other
    world.done("verify")
    assert "nothing to do" in world.done("build").messages


def test_24_missing_wheel_or_link(world: World) -> None:
    world.release("greeter", "1.0", **GREETER)
    world.assembly('[parts.app]\nrecipe = "program"\nrequires = ["greeter"]\n')
    world.build()
    app = world.made("app")
    (wheel,) = (world.prefix / ".assembly/store").iterdir()
    shutil.rmtree(wheel)
    (world.prefix / "bin").unlink()
    assert world.assemble("verify").code == 4
    assert world.done("plan").output == (
        f"~ wheel `{wheel.name}`: missing or damaged\n~ link `bin`: missing or damaged\n"
        "  1 part as it is\n"
    )
    assert f"mended wheel `{wheel.name}`\nmended link `bin`\n" in world.done("build").messages
    assert world.launch("greeter") == "hello"
    assert world.made("app") == app
    shutil.rmtree((world.prefix / ".assembly/current/parts/app").resolve())
    assert "part `app`: its directory is missing" in world.assemble("verify").messages
    assert "    its directory is missing\n" in world.done("plan").output
    world.done("build")
    assert world.launch("greeter") == "hello"
    world.done("verify")


def test_24_missing_directory(world: World) -> None:
    world.assembly(
        '[parts.data]\nrecipe = "command"\nshell = "mkdir -p deep/er"\noutputs = ["deep"]\n'
        + command("top", "`ls ${parts.data.path}`")
    )
    world.build()
    ran(world)
    (world.prefix / ".assembly/current/parts/data/deep/er").rmdir()
    assert "`deep/er` is missing" in world.done("plan").output
    world.done("build")
    assert (world.prefix / ".assembly/current/parts/data/deep/er").is_dir()
    assert ran(world) == ["top"]
    assert said(world, "top") == "er"


def test_25_tampered_output(world: World) -> None:
    world.release("greeter", "1.0", **GREETER)
    world.assembly(
        '[parts.app]\nrecipe = "program"\nrequires = ["greeter"]\n'
        '[parts.ini]\nrecipe = "template"\ntext = "port = 1"\nto = "etc/app.ini"\n'
    )
    world.build()
    world.done("verify")
    launcher, ini = world.prefix / "bin/greeter", world.prefix / "etc/app.ini"
    made = launcher.read_bytes(), ini.read_bytes()
    launcher.write_text("#!/bin/sh\necho tampered\n")
    ini.write_text("port = 2")
    edited = ini.resolve()
    directory = edited.parent.parent
    ended = world.assemble("verify")
    assert ended.code == 4
    assert "part `app`: `bin/greeter` was changed" in ended.messages
    assert "part `ini`: `etc/app.ini` was changed" in ended.messages
    assert "`etc/app.ini` was changed by hand" in world.done("plan").output
    rebuilt = world.done("build")
    assert (launcher.read_bytes(), ini.read_bytes()) == made
    assert world.launch("greeter") == "hello"
    world.done("verify")
    assert edited.read_text() == "port = 2"
    assert f"what was changed by hand stays in `{directory}`" in rebuilt.messages


def test_26_dependency_changed_value_not_used(world: World) -> None:
    world.assembly(
        command("top", "top", needs=["dep"]) + command("dep", "1") + command("other", "1")
    )
    world.build()
    assert ran(world) == ["dep", "top", "other"]
    other = world.made("other")
    world.edit(command("dep", "1"), command("dep", "2"))
    assert "`dep` is made again" in world.done("plan").output
    world.done("build")
    assert ran(world) == ["dep", "top"]
    assert (said(world, "dep"), said(world, "top")) == ("2", "top")
    assert world.made("other") == other


def test_27_dependency_changed_through_value(world: World) -> None:
    world.assembly(
        command("top", "${parts.dep2.path}") + command("dep2", "x") + command("dep1", "y")
    )
    world.build()
    assert ran(world) == ["dep2", "top", "dep1"]
    before = {name: world.made(name)["."] for name in world.parts}
    world.edit(command("dep2", "x"), command("dep2", "x", output="heard"))
    planned = world.plan()
    assert [part["name"] for part in planned["parts"]] == ["dep2", "top"]
    world.done("build")
    assert ran(world) == ["dep2", "top"]
    after = {name: world.made(name)["."] for name in world.parts}
    assert {name for name in after if after[name] != before[name]} == {"dep2", "top"}
    assert said(world, "top") == str(world.prefix / ".assembly/parts" / after["dep2"][1] / "heard")


def test_28_part_removed(world: World) -> None:
    world.assembly(command("kept", "1") + command("gone", "2") + command("changing", "0"))
    world.build()
    kept, gone = world.made("kept"), (world.prefix / "share/gone").resolve()
    world.edit(command("gone", "2"), "")
    assert world.plan()["removed"] == ["gone"]
    removed = world.done("build")
    assert "removed gone\n" in removed.messages
    assert list(world.parts) == ["kept", "changing"]
    assert sorted(path.name for path in (world.prefix / "share").iterdir()) == ["changing", "kept"]
    assert world.made("kept") == kept
    assert gone.exists()
    for count in range(3):
        world.edit(command("changing", f"{count}"), command("changing", f"{count + 1}"))
        world.done("build")
    assert not gone.parent.exists()
    assert world.made("kept") == kept
    world.assembly("")
    assert world.done("build", "--json").document["removed"] == ["kept", "changing"]
    assert world.parts == {}
    assert {path.name for path in world.prefix.iterdir()} == {".assembly", ".gitignore"}
    world.done("verify")


def test_31_single_part_build(world: World) -> None:
    world.assembly(
        command("d1", "1")
        + command("d2", "2")
        + command("d3", "3")
        + command("d4", "`cat ${parts.d2.path}`")
    )
    world.build()
    assert ran(world) == ["d1", "d2", "d3", "d4"]
    before = {name: world.made(name) for name in world.parts}
    world.edit(command("d1", "1"), command("d1", "10"))
    world.edit(command("d2", "2"), command("d2", "20"))
    world.edit(command("d3", "3"), "")
    assert [part["name"] for part in world.plan("d4")["parts"]] == ["d2", "d4"]
    world.done("build", "d4")
    assert ran(world) == ["d2", "d4"]
    assert [said(world, name) for name in ("d1", "d2", "d3", "d4")] == ["1", "20", "3", "20"]
    assert {name: world.made(name) for name in ("d1", "d3")} == {
        name: before[name] for name in ("d1", "d3")
    }
    assert sorted(world.parts) == ["d1", "d2", "d3", "d4"]
    assert "nothing to do" in world.done("build", "d4").messages
    world.done("build")
    assert ran(world) == ["d1"]
    assert sorted(world.parts) == ["d1", "d2", "d4"]
    ended = world.assemble("build", "d5")
    assert ended.code == 2
    assert "there is no part `d5`" in ended.messages
