"""What people changed in a prefix, or put there, is never lost."""

from pathlib import Path

from tests.behaviours.commands import command
from tests.behaviours.world import World

INI = '[parts.ini]\nrecipe = "template"\ntext = "port = 1\\n"\nto = "etc/app.ini"\n'
DATA = (
    '[parts.data]\nrecipe = "command"\nshell = "mkdir tree; echo 1 > tree/x"\n'
    'outputs = ["tree"]\nexpose = ["tree"]\n'
)


def edited(world: World) -> dict[str, str]:
    """What is kept aside, by path without the keys of parts."""
    top = world.prefix / ".assembly/edited"
    files = [path for path in top.rglob("*") if path.is_file()]
    return {name(path.relative_to(top)): path.read_text() for path in files}


def name(path: Path) -> str:
    first, *rest = path.parts
    directory = first if first.startswith("generation") else first.rpartition("-")[0]
    return "/".join((directory, *rest))


def test_an_edited_file_is_kept_when_its_part_goes(world: World) -> None:
    world.assembly(INI + DATA + command("other", "0"))
    world.build()
    (world.prefix / "etc/app.ini").write_text("port = 2\n")
    (world.prefix / "tree/mine").write_text("mine\n")
    (world.prefix / "tree/__pycache__").mkdir()
    (world.prefix / "tree/__pycache__/x.pyc").write_text("")
    ini = (world.prefix / "etc/app.ini").resolve()
    world.edit(INI, "")
    world.edit(DATA, "")
    world.done("build")
    assert ini.read_text() == "port = 2\n"
    said = ""
    for count in range(3):
        said += world.done("build", "--set", f"parts.other.env.N={count}").messages
    assert not ini.exists()
    assert edited(world) == {"ini/etc/app.ini": "port = 2\n", "data/tree/mine": "mine\n"}
    assert said.count("was changed by hand: it is kept as") == 2
    assert f"warning: `{ini}` was changed by hand: it is kept as `" in said
    world.done("verify")


def test_a_file_among_the_stable_paths_is_kept(world: World) -> None:
    world.assembly(INI + command("other", "0"))
    world.build()
    (world.prefix / "etc/mine.ini").write_text("mine\n")
    (world.prefix / "etc/app.ini").unlink()
    (world.prefix / "etc/app.ini").write_text("port = 2\n")
    left = (world.prefix / "etc").resolve()
    built = world.done("build")
    for path in ("app.ini", "mine.ini"):
        assert (
            f"warning: `etc/{path}` was not made by assembler: it is left as `{left}/{path}`\n"
        ) in built.messages
    assert (world.prefix / "etc/app.ini").read_text() == "port = 1\n"
    assert (left / "mine.ini").read_text() == "mine\n"
    world.done("clean", "--keep", "1")
    assert not left.exists()
    assert edited(world) == {
        "generation-1/etc/app.ini": "port = 2\n",
        "generation-1/etc/mine.ini": "mine\n",
    }


def test_an_edited_file_is_kept_when_its_part_comes_back(world: World) -> None:
    world.assembly(INI)
    world.build()
    (world.prefix / "etc/app.ini").write_text("port = 9\n")
    directory = (world.prefix / "etc/app.ini").resolve().parents[1]
    world.edit("port = 1", "port = 2")
    world.done("build", "--json")
    world.done("rollback", "1")
    world.done("rollback", "2")
    world.edit("port = 2", "port = 1")
    world.done("build")
    assert (world.prefix / "etc/app.ini").read_text() == "port = 1\n"
    found = [path for path in world.prefix.glob(".assembly/**/app.ini") if path.is_file()]
    assert "port = 9\n" in {path.read_text() for path in found}
    assert directory.is_dir()


def test_a_prefix_in_the_way_is_left(world: World) -> None:
    world.assembly(INI)
    world.done("lock")
    world.prefix.write_text("mine\n")
    ended = world.assemble("build")
    assert ended.code == 8
    assert ended.messages == (
        f"error: `{world.prefix}` is in the way: it is not a folder\n"
        "hint: move it away, or build elsewhere with `--prefix`\n"
    )
    assert world.prefix.read_text() == "mine\n"


def test_a_prefix_may_be_a_link(world: World) -> None:
    world.assembly(INI)
    world.done("lock")
    elsewhere = world.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine").write_text("mine\n")
    world.prefix.symlink_to(elsewhere)
    world.done("build")
    world.done("verify")
    assert "nothing to do" in world.done("build").messages
    assert world.prefix.is_symlink()
    assert sorted(path.name for path in elsewhere.iterdir()) == [
        ".assembly", ".gitignore", "etc", "mine",
    ]  # fmt: skip


def test_a_folder_in_the_way_of_a_link_is_left(world: World) -> None:
    world.assembly(INI)
    world.build()
    (world.prefix / "etc").unlink()
    (world.prefix / "etc").mkdir()
    (world.prefix / "etc/mine").write_text("mine\n")
    world.edit("port = 1", "port = 2")
    for word in ("plan", "build"):
        ended = world.assemble(word)
        assert ended.code == 1
        assert f"`{world.prefix}/etc` is in the way: part `ini` needs a link" in ended.messages
    assert (world.prefix / "etc/mine").read_text() == "mine\n"
