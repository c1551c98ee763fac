"""Locking leaves programs alone that nobody edited: they are not solved again."""

import hashlib
import shutil
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests.behaviours.programs import program
from tests.behaviours.world import World
from tests.wheels import make_tree, make_wheel


@pytest.fixture
def two(world: World) -> World:
    """Two programs that share `ccc`, locked; their index then has something newer of all."""
    for version in ("1.0", "2.0"):
        if version == "2.0":
            world.assembly(program("one", ["aaa"]) + program("two", ["bbb"]))
            world.done("lock")
        world.release("aaa", version, requires=["ccc"])
        world.release("bbb", version, requires=["ccc"])
        world.release("ccc", version)
    world.index.requests.clear()
    return world


def asked(world: World) -> list[str]:
    """The names whose pages were asked for since this was last asked."""
    paths = [path for path, _ in world.index.requests]
    world.index.requests.clear()
    return sorted({path.split("/")[2] for path in paths if path.startswith("/simple/")})


def lock_path(world: World) -> Path:
    return world.project / "pylock.toml"


def test_only_an_edited_program_is_solved(two: World):
    two.edit('"aaa"', '"aaa>=2"')
    ended = two.done("lock")
    assert asked(two) == ["aaa", "ccc"]
    assert ended.messages == snapshot("""\
one:
  ^ aaa 1.0 → 2.0  (newest)
wrote pylock.toml (one 2, two 2)
""")
    one = lock_path(two).read_bytes()
    shutil.rmtree(two.cache / "solved")
    assert two.done("lock", "--json").document["changed"] is False
    assert asked(two) == ["aaa", "bbb", "ccc"]
    assert lock_path(two).read_bytes() == one


def test_where_nobody_edited_anything_no_index_is_asked(two: World):
    two.index.files.clear()
    two.edit("[parts.two]", "# the second one\n[parts.two]")
    assert two.done("lock", "--json").document["changed"] is False
    assert asked(two) == []


def test_a_lock_that_was_edited_by_hand_is_solved_again(two: World):
    solved = lock_path(two).read_text()
    sha256 = hashlib.sha256(two.index.files["ccc-1.0-py3-none-any.whl"]).hexdigest()
    two.edit(sha256, "0" * 64, path="pylock.toml")
    assert two.done("lock", "--json").document["changed"] is True
    assert asked(two) == ["aaa", "bbb", "ccc"]
    assert lock_path(two).read_text() == solved


@pytest.mark.parametrize("content", [b"", b"0000000", b'00000000["one", "two"]', b"\xff" * 20])
def test_a_memory_that_is_damaged_counts_no_more(two: World, content: bytes):
    (memory,) = (two.cache / "solved").iterdir()
    memory.write_bytes(content)
    assert two.done("lock", "--json").document["changed"] is False
    assert asked(two) == ["aaa", "bbb", "ccc"]
    two.done("lock")
    assert asked(two) == []


def test_another_file_in_the_place_of_a_kept_one_is_noticed(two: World):
    """All programs are solved then, as their locks would name two files for one distribution."""
    filename, content = make_wheel("ccc", "1.0", files={"ccc/__init__.py": "other = True\n"})
    two.index.files[filename] = content
    two.edit('"aaa"', '"aaa<2"')
    two.done("lock")
    assert asked(two) == ["aaa", "bbb", "ccc"]
    text = lock_path(two).read_text()
    assert text.count(hashlib.sha256(content).hexdigest()) == 1
    assert text.count('[[packages]]\nname = "ccc"') == 1


def test_what_is_gone_from_the_index_is_noticed_when_it_is_asked_for(two: World):
    del two.index.files["bbb-1.0-py3-none-any.whl"]
    assert two.done("lock", "--json").document["changed"] is False
    assert two.done("lock", "--upgrade", "bbb").messages == snapshot("""\
two:
  ^ bbb 1.0 → 2.0  (newest)
wrote pylock.toml (one 2, two 2)
""")


def test_a_program_with_a_remark_is_solved_each_time(world: World):
    world.release("aaa", "1.0")
    world.release("bbb", "1.0")
    world.assembly(program("one", ["aaa[nothing]"]) + program("two", ["bbb"]))
    told = "has no extra `nothing`"
    assert told in world.done("lock").messages
    world.index.requests.clear()
    assert told in world.done("lock").messages
    assert asked(world) == ["aaa"]


def test_a_tree_whose_requirements_only_its_back_end_tells_is_asked_each_time(world: World):
    for name in ("aaa", "bbb", "ccc"):
        world.release(name, "1.0")
    tree = world.project / "own"
    make_tree(tree, "own", "1.0", dynamic=["dependencies"], requires=["aaa"])
    world.assembly(
        program("app", ["own"]) + program("other", ["ccc"]),
        before='[sources]\nown = { path = "own" }',
    )
    world.done("lock")
    make_tree(tree, "own", "1.0", dynamic=["dependencies"], requires=["bbb"])
    world.index.requests.clear()
    assert "bbb 1.0" in world.done("lock").messages
    assert asked(world) == ["aaa", "bbb"]


def test_a_program_that_is_another_one_on_some_target_is_left_alone_too(world: World):
    for name in ("aaa", "bbb", "ccc"):
        for version in ("1.0", "2.0"):
            world.release(name, version)
    world.assembly(
        program("one", ["aaa"]) + program("two", ["bbb"]),
        before='[lock]\ntargets = ["linux-x86_64", "macos-arm64"]',
    )
    path = world.project / "assembly.toml"
    path.write_text(
        path.read_text()
        + "[[when]]\nmarker = \"sys_platform == 'darwin'\"\n"
        + 'parts.two.requires = ["bbb", "ccc<2"]\n'
    )
    world.done("lock")
    world.index.requests.clear()
    assert world.done("lock", "--json").document["changed"] is False
    assert asked(world) == []
    world.edit('["aaa"]', '["aaa<2"]')
    world.done("lock")
    assert asked(world) == ["aaa"]
    world.edit('"ccc<2"', '"ccc"')
    world.done("lock")
    assert asked(world) == ["bbb", "ccc"]
    partly = lock_path(world).read_bytes()
    shutil.rmtree(world.cache / "solved")
    world.done("lock")
    assert asked(world) == ["aaa", "bbb", "ccc"]
    assert lock_path(world).read_bytes() == partly
