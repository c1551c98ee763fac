"""What every `WheelStore` must do, in memory and on a real disk."""

import hashlib
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePath, PurePosixPath

import pytest

from assembler.adapters.archives.settings import StoreSettings
from assembler.adapters.archives.store import UnpackedWheels
from assembler.adapters.disk import Disk
from assembler.adapters.processes import ChildProcesses
from assembler.errors import IntegrityError, StoppedError
from assembler.model.distribution import EntryPoint, StoredWheel
from assembler.model.target import Interpreter
from assembler.ports import Files, WheelStore
from tests.fakes.cache_lock import MemoryCacheLock
from tests.fakes.files import MemoryFiles
from tests.fakes.wheel_store import MemoryWheelStore
from tests.wheels import make_wheel

PYTHON = Interpreter(executable=sys.executable, version=".".join(map(str, sys.version_info[:3])))
OTHER = Interpreter(executable=sys.executable, version="3.99.0")


class World:
    """A store and the file system that it works on."""

    def __init__(self, files: Files, store: WheelStore, folder: PurePath) -> None:
        self.files = files
        self.store = store
        self.wheels = folder / "downloads"
        self.prefix = folder / "prefix/store"

    def put(self, filename: str, content: bytes) -> tuple[PurePath, str]:
        path = self.wheels / filename
        self.files.replace(path, content)
        return path, hashlib.sha256(content).hexdigest()

    def tree(self, key: str) -> dict[str, str]:
        """The sha256 of every file of a key in the prefix."""
        root = self.prefix / key
        return {
            path: self.files.sha256(root / path)
            for path, state in self.files.walk(root)
            if state.kind == "file" and path != "contents.json"
        }


@pytest.fixture(params=["memory", "disk", "disk with processes"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    if request.param == "memory":
        memory = MemoryFiles()
        yield World(memory, MemoryWheelStore(memory), PurePosixPath("/world"))
        return
    disk, few = Disk(), StoreSettings()
    at_once = StoreSettings(jobs=2, worthwhile=0)
    store = UnpackedWheels(
        tmp_path / "cache",
        files=disk,
        processes=ChildProcesses(),
        locks=MemoryCacheLock(),
        settings=few if request.param == "disk" else at_once,
    )
    with closing(store):
        yield World(disk, store, tmp_path)


WHEEL = make_wheel(
    "Some.Thing",
    "1.0",
    files={"some_thing/__init__.py": "value = 1\n", "some_thing/text.txt": "text"},
    entry_points={"console_scripts": {"b": "some_thing:b", "a": "some_thing.x:y.z"}},
    scripts={"python-script": "#!python\n", "shell-script": "#!/bin/sh\n"},
    data={"share/thing.txt": "data"},
)


def test_a_wheel_that_stands_there_is_found_without_its_file(world: World) -> None:
    path, sha256 = world.put(*WHEEL)
    assert world.store.find(path.name, sha256, PYTHON) is None
    stored = world.store.add(path, sha256, PYTHON)
    world.files.remove(path)
    assert world.store.find(path.name, sha256, PYTHON) == stored
    assert world.store.find(path.name, sha256, OTHER) is None
    assert world.store.find(path.name, "0" * 64, PYTHON) is None


def test_the_metadata_of_an_added_wheel(world: World) -> None:
    stored = world.store.add(*world.put(*WHEEL), PYTHON)
    assert b"\nName: Some.Thing\n" in world.store.metadata(stored.key)
    with pytest.raises(IntegrityError):
        world.store.metadata("other-1.0-0123456789abcdef")


def test_an_added_wheel_is_described(world: World) -> None:
    stored = world.store.add(*world.put(*WHEEL), PYTHON)
    assert stored == StoredWheel(
        key=stored.key,
        name="some-thing",
        version="1.0",
        entry_points=(EntryPoint("a", "some_thing.x", "y.z"), EntryPoint("b", "some_thing", "b")),
        scripts=("python-script",),
        binaries=("shell-script",),
    )
    name, _, digest = stored.key.rpartition("-")
    assert (name, len(digest)) == ("some-thing-1.0", 16)


def test_adding_again_changes_nothing(world: World) -> None:
    wheel, sha256 = world.put(*WHEEL)
    assert world.store.add(wheel, sha256, PYTHON) == world.store.add(wheel, sha256, PYTHON)


def test_without_bytecode_it_is_another_tree(world: World) -> None:
    path, sha256 = world.put(*WHEEL)
    source = world.store.add(path, sha256, PYTHON, bytecode=False)
    assert world.store.find(path.name, sha256, PYTHON) is None
    assert world.store.find(path.name, sha256, PYTHON, bytecode=False) == source
    compiled = world.store.add(path, sha256, PYTHON)

    def bytecode(key: str) -> list[str]:
        every = world.store.contents(key).files
        return [file.path for file in every if file.path.endswith(".pyc")]

    assert source.key != compiled.key
    assert not bytecode(source.key)
    assert bytecode(compiled.key)
    assert not world.store.verify(source.key)


def test_the_key_tells_content_and_bytecode_apart(world: World) -> None:
    filename, content = make_wheel("thing", "1.0", files={"thing/text": "one"})
    first = world.store.add(*world.put(filename, content), PYTHON)
    other = world.store.add(*world.put(filename, content), OTHER)
    _, changed = make_wheel("thing", "1.0", files={"thing/text": "two"})
    second = world.store.add(*world.put(filename, changed), PYTHON)
    assert len({first.key, other.key, second.key}) == 3


def test_the_contents_are_what_is_materialised(world: World) -> None:
    key = world.store.add(*world.put(*WHEEL), PYTHON).key
    contents = world.store.contents(key)
    world.store.materialise([key], world.prefix)
    assert world.tree(key) == {file.path: file.sha256 for file in contents.files}
    assert world.store.verify(key, world.prefix) == ()
    paths = {file.path for file in contents.files}
    assert paths >= {
        "data/share/thing.txt",
        "scripts/python-script",
        "scripts/shell-script",
        "site/some_thing-1.0.dist-info/METADATA",
        "site/some_thing-1.0.dist-info/RECORD",
        "site/some_thing-1.0.dist-info/entry_points.txt",
        "site/some_thing/__init__.py",
        f"site/some_thing/__pycache__/__init__.{PYTHON.tag}.pyc",
        "site/some_thing/text.txt",
    }
    assert not contents.reaching_out


def test_materialising_again_leaves_what_stands(world: World) -> None:
    key = world.store.add(*world.put(*WHEEL), PYTHON).key
    world.store.materialise([key], world.prefix)
    before = world.files.state(world.prefix / key)
    world.store.materialise([key], world.prefix)
    assert world.files.state(world.prefix / key) == before


def test_a_damaged_tree_is_made_again(world: World) -> None:
    key = world.store.add(*world.put(*WHEEL), PYTHON).key
    world.store.materialise([key], world.prefix)
    whole = world.tree(key)
    world.files.remove(world.prefix / key / "site/some_thing/text.txt")
    world.files.replace(world.prefix / key / "data/share/thing.txt", b"other")
    damaged = ("data/share/thing.txt", "site/some_thing/text.txt")
    assert world.store.verify(key, world.prefix) == damaged
    world.store.materialise([key], world.prefix)
    assert world.tree(key) == whole


def test_another_hash_is_refused(world: World) -> None:
    wheel, _ = world.put(*WHEEL)
    with pytest.raises(IntegrityError):
        world.store.add(wheel, "0" * 64, PYTHON)


def test_what_is_no_archive_is_refused(world: World) -> None:
    with pytest.raises(IntegrityError):
        world.store.add(*world.put("thing-1.0-py3-none-any.whl", b"no zip"), PYTHON)


def test_what_is_not_named_as_a_wheel_is_refused(world: World) -> None:
    with pytest.raises(IntegrityError, match=r"^`thing\.zip` is not the file name of a wheel$"):
        world.store.add(*world.put("thing.zip", WHEEL[1]), PYTHON)


def test_a_key_that_is_not_there_is_an_error(world: World) -> None:
    with pytest.raises(IntegrityError, match=r"^`thing-1-0` is not in the cache, or damaged there"):
        world.store.contents("thing-1-0")
    with pytest.raises(IntegrityError):
        world.store.materialise(["thing-1-0"], world.prefix)
    assert world.store.verify("thing-1-0") == ("contents.json",)


def test_what_was_discarded_is_made_again(world: World) -> None:
    path, sha256 = world.put(*WHEEL)
    stored = world.store.add(path, sha256, PYTHON)
    world.store.materialise([stored.key], world.prefix)
    before = world.tree(stored.key)
    world.store.discard(stored.key, world.prefix)
    assert world.store.verify(stored.key, world.prefix)
    world.store.materialise([stored.key], world.prefix)
    assert not world.store.verify(stored.key, world.prefix)
    assert world.tree(stored.key) == before
    world.store.discard(stored.key)
    assert world.store.find(path.name, sha256, PYTHON) is None
    assert world.store.add(path, sha256, PYTHON) == stored


def test_once_it_is_closed_it_adds_nothing(world: World) -> None:
    world.store.close()
    with pytest.raises(StoppedError, match=r"^assembler is ending$"):
        world.store.add(*world.put(*WHEEL), PYTHON)
    world.store.close()


def test_links_are_made_with_their_folders(world: World) -> None:
    targets = {"lib/one": "../../store/one", "lib/deep/two": "../two", "one": "../../store/one"}
    for name in ("first", "second"):
        world.store.link(world.prefix / name, targets)
        for path, target in targets.items():
            state = world.files.state(world.prefix / name / path)
            assert state is not None
            assert (state.kind, state.target) == ("link", target)
