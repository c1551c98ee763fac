"""What every `Files` must do, in memory and on a real disk."""

import hashlib
import os
from pathlib import Path, PurePath, PurePosixPath

import pytest

from assembler.adapters.disk import Disk
from assembler.ports import Files
from tests.fakes.files import MemoryFiles


class World:
    """A file system and an empty folder in it."""

    def __init__(self, files: Files, folder: PurePath) -> None:
        self.files = files
        self.folder = folder


@pytest.fixture(params=["memory", "disk"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    if request.param == "disk":
        return World(Disk(), tmp_path)
    memory = MemoryFiles()
    memory.make_directory(PurePosixPath("/some/folder"))
    return World(memory, PurePosixPath("/some/folder"))


def test_a_written_file_is_read_back_with_its_state(world: World) -> None:
    path = world.folder / "a/b.txt"
    world.files.write(path, b"text")
    assert world.files.read(path) == b"text"
    assert world.files.sha256(path) == hashlib.sha256(b"text").hexdigest()
    state = world.files.state(path)
    assert state is not None
    assert (state.kind, state.size, state.mode) == ("file", 4, 0o644)


def test_parts_of_a_file(world: World) -> None:
    path = world.folder / "a"
    world.files.write(path, b"some text")
    assert world.files.read_part(path, 0, 4) == b"some"
    assert world.files.read_part(path, 5, 100) == b"text"
    assert world.files.read_part(path, 9, 1) == b""
    with pytest.raises(FileNotFoundError):
        world.files.read_part(world.folder / "b", 0, 1)


def test_writing_never_replaces(world: World) -> None:
    path = world.folder / "a"
    world.files.write(path, b"first")
    with pytest.raises(FileExistsError):
        world.files.write(path, b"second")
    with pytest.raises(FileExistsError):
        world.files.symlink(path, "x")
    with pytest.raises(FileExistsError):
        world.files.copy(path, path, 0o644)
    assert world.files.read(path) == b"first"


def test_modes_do_not_depend_on_the_umask(world: World) -> None:
    before = os.umask(0o077)
    try:
        world.files.write(world.folder / "d/x", b"", 0o755)
        world.files.copy(world.folder / "d/x", world.folder / "d/y", 0o444)
        world.files.replace(world.folder / "d/z", b"")
    finally:
        os.umask(before)
    modes = {path: state.mode for path, state in world.files.walk(world.folder)}
    assert modes == {"d": 0o755, "d/x": 0o755, "d/y": 0o444, "d/z": 0o644}


def test_what_is_not_there(world: World) -> None:
    nowhere = world.folder / "no/where"
    assert world.files.state(nowhere) is None
    assert world.files.names(nowhere) == ()
    world.files.remove(nowhere)
    with pytest.raises(FileNotFoundError):
        world.files.read(nowhere)
    with pytest.raises(FileNotFoundError):
        list(world.files.walk(nowhere))


def test_links_are_not_followed_by_state_and_walk(world: World) -> None:
    world.files.write(world.folder / "real/file", b"x")
    world.files.symlink(world.folder / "link", "real")
    state = world.files.state(world.folder / "link")
    assert state is not None
    assert (state.kind, state.target) == ("link", "real")
    assert [path for path, _ in world.files.walk(world.folder)] == ["link", "real", "real/file"]


def test_several_links_are_made_with_their_parents(world: World) -> None:
    world.files.symlinks(world.folder / "some", {"a": "x", "b/c/d": "../y", "b/e": "z"})
    found = [
        (path, state.kind, state.target) for path, state in world.files.walk(world.folder / "some")
    ]
    assert found == [
        ("a", "link", "x"),
        ("b", "directory", ""),
        ("b/c", "directory", ""),
        ("b/c/d", "link", "../y"),
        ("b/e", "link", "z"),
    ]
    with pytest.raises(FileExistsError):
        world.files.symlinks(world.folder / "some", {"a": "other"})


def test_no_file_is_a_parent(world: World) -> None:
    world.files.write(world.folder / "a", b"")
    with pytest.raises(FileExistsError):
        world.files.write(world.folder / "a/b", b"")
    with pytest.raises(FileExistsError):
        world.files.symlink(world.folder / "a/b", "x")


def test_paths_lead_through_links(world: World) -> None:
    world.files.write(world.folder / "real/file", b"x")
    world.files.symlink(world.folder / "link", "real")
    assert world.files.read(world.folder / "link/file") == b"x"
    assert world.files.names(world.folder / "link") == ("file",)


def test_a_directory_comes_before_what_it_holds_in_order(world: World) -> None:
    for path in ("b", "a/z", "a-b", "a/c"):
        world.files.write(world.folder / path, b"")
    found = [path for path, _ in world.files.walk(world.folder)]
    assert found == ["a", "a/c", "a/z", "a-b", "b"]
    assert world.files.names(world.folder) == ("a", "a-b", "b")


def test_replacing_leaves_nothing_beside(world: World) -> None:
    world.files.write(world.folder / "a", b"old")
    world.files.replace(world.folder / "a", b"new", 0o755)
    world.files.replace_symlink(world.folder / "l", "a")
    world.files.replace_symlink(world.folder / "l", "b")
    assert world.files.read(world.folder / "a") == b"new"
    assert world.files.names(world.folder) == ("a", "l")
    state = world.files.state(world.folder / "l")
    assert state is not None
    assert state.target == "b"


def test_several_files_are_replaced_at_once(world: World) -> None:
    world.files.write(world.folder / "a", b"old", 0o755)
    world.files.replace_all({world.folder / "a": b"1", world.folder / "b/c": b"2"})
    world.files.replace_all({})
    assert world.files.names(world.folder) == ("a", "b")
    assert world.files.names(world.folder / "b") == ("c",)
    for path, content in (("a", b"1"), ("b/c", b"2")):
        state = world.files.state(world.folder / path)
        assert world.files.read(world.folder / path) == content
        assert state is not None
        assert state.mode == 0o644


def test_setting_a_mode_leaves_the_time(world: World) -> None:
    path = world.folder / "a"
    world.files.write(path, b"")
    before = world.files.state(path)
    world.files.set_mode(path, 0o755)
    after = world.files.state(path)
    assert before is not None
    assert after is not None
    assert (after.mode, after.mtime) == (0o755, before.mtime)


def test_the_time_of_a_file_can_be_set(world: World) -> None:
    path = world.folder / "a"
    world.files.write(path, b"", 0o755)
    world.files.set_time(path, 315532800)
    state = world.files.state(path)
    assert state is not None
    assert (state.mode, state.mtime) == (0o755, 315532800 * 10**9)


def test_renaming_moves_a_tree(world: World) -> None:
    world.files.write(world.folder / "a/b/c", b"x")
    world.files.rename(world.folder / "a", world.folder / "z")
    assert [path for path, _ in world.files.walk(world.folder)] == ["z", "z/b", "z/b/c"]


def test_removing_a_link_leaves_what_it_leads_to(world: World) -> None:
    world.files.write(world.folder / "real/file", b"x")
    world.files.symlink(world.folder / "link", "real")
    world.files.remove(world.folder / "link")
    assert world.files.names(world.folder) == ("real",)
    world.files.remove(world.folder / "real")
    assert world.files.names(world.folder) == ()


def test_making_a_directory_twice_and_over_a_file(world: World) -> None:
    world.files.make_directory(world.folder / "a/b")
    world.files.make_directory(world.folder / "a/b")
    world.files.write(world.folder / "f", b"")
    with pytest.raises(FileExistsError):
        world.files.make_directory(world.folder / "f")


def test_sync(world: World) -> None:
    world.files.write(world.folder / "a", b"")
    world.files.sync(world.folder)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.py", ("a.py", "link.py")),
        ("src/*.py", ("src/b.py",)),
        ("src/**/*.py", ("src/b.py", "src/deep/c.py")),
        ("src/**", ("src/b.py", "src/deep/c.py", "src/deep/d.txt")),
        ("**/[cd].*", ("src/deep/c.py", "src/deep/d.txt")),
        ("src/b.py", ("src/b.py",)),
        ("src", ()),
        ("nowhere/*", ()),
        (".git/HEAD", (".git/HEAD",)),
        ("**/HEAD", ()),
        ("built/x", ("built/x",)),
        ("**/x", ()),
        ("link.py", ("link.py",)),
        ("l*", ("link.py",)),
    ],
)
def test_globs(world: World, pattern: str, found: tuple[str, ...]) -> None:
    for path in ("a.py", "src/b.py", "src/deep/c.py", "src/deep/d.txt", "src/__pycache__/e.py"):
        world.files.write(world.folder / path, b"")
    world.files.write(world.folder / ".git/HEAD", b"")
    world.files.write(world.folder / "src/node_modules/left/f.py", b"")
    world.files.write(world.folder / "built/x", b"")
    world.files.make_directory(world.folder / "built/.assembly")
    world.files.symlink(world.folder / "src/round", "..")
    world.files.symlink(world.folder / "link.py", "src/b.py")
    world.files.symlink(world.folder / "lost", "nowhere")
    assert world.files.glob(world.folder, pattern) == found
