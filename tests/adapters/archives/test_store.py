"""The store on a real disk: bytes, modes, links, and what goes wrong."""

import hashlib
import importlib.util
import marshal
import os
import py_compile
import subprocess
import sys
import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from assembler.adapters.archives.store import UnpackedWheels
from assembler.adapters.disk import Disk
from assembler.adapters.processes import ChildProcesses
from assembler.errors import DamagedWheelError, IntegrityError, MachineError
from assembler.model.distribution import StoredWheel
from assembler.model.target import Interpreter
from assembler.ports import TEMPORARY, CommandLine, CommandResult, Processes
from tests.adapters.archives.elf import shared_library
from tests.fakes.cache_lock import MemoryCacheLock
from tests.fakes.processes import RecordedProcesses
from tests.wheels import Content, make_wheel

UNCHECKED = py_compile.PycInvalidationMode.UNCHECKED_HASH
PYTHON = Interpreter(executable=sys.executable, version=".".join(map(str, sys.version_info[:3])))
MINOR = PYTHON.minor


def store_in(folder: Path, processes: Processes | None = None) -> UnpackedWheels:
    return UnpackedWheels(
        folder / "cache",
        files=Disk(),
        processes=processes or ChildProcesses(),
        locks=MemoryCacheLock(),
    )


def add(store: UnpackedWheels, folder: Path, wheel: tuple[str, bytes]) -> StoredWheel:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / wheel[0]
    path.write_bytes(wheel[1])
    return store.add(path, hashlib.sha256(wheel[1]).hexdigest(), PYTHON)


def tree(root: Path) -> dict[str, tuple[int, bytes]]:
    return {
        path.relative_to(root).as_posix(): (
            path.stat().st_mode & 0o7777,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in root.rglob("*")
    }


WHEEL = make_wheel(
    "thing",
    "1.0",
    files={
        "thing/__init__.py": "import thing.one\n\n\ndef where():\n    return where.__code__\n",
        "thing/one.py": "names = {'a', 'b', 'c'}\nfound = 'x' in {'a', 'b', 'c', 'd'}\n",
        "thing/template.py": "def {{ name }}():\n",
        "include.h": "",
    },
    entry_points={"console_scripts": {"thing": "thing:main"}},
    scripts={"go": "#!python\n", "run": "#!/bin/sh\n"},
    data={"share/thing.txt": "data"},
)


def test_modes_do_not_depend_on_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        store = store_in(tmp_path)
        key = add(store, tmp_path, WHEEL).key
        store.materialise([key], tmp_path / "store")
    finally:
        os.umask(before)
    for root in (tmp_path / "cache", tmp_path / "store"):
        modes = {
            oct(mode)
            for path, (mode, _) in tree(root / key).items()
            if not (root / key / path).is_dir() and not path.startswith("scripts/")
        }
        assert modes == {"0o444"}
        scripts = {oct(path.stat().st_mode & 0o777) for path in (root / key / "scripts").iterdir()}
        assert scripts == {"0o555"}
        folders = [path for path in (root / key).rglob("*") if path.is_dir()]
        assert {oct(path.stat().st_mode & 0o777) for path in (root / key, *folders)} == {"0o755"}


def test_the_same_wheel_gives_the_same_bytes_in_another_folder(tmp_path: Path) -> None:
    found = []
    for name in ("one", "a/longer/folder"):
        key = add(store_in(tmp_path / name), tmp_path / name, WHEEL).key
        found.append(tree(tmp_path / name / "cache" / key))
    assert found[0] == found[1]


def test_bytecode_is_used_without_a_look_at_the_source(tmp_path: Path) -> None:
    key = add(store_in(tmp_path), tmp_path, WHEEL).key
    site = tmp_path / "cache" / key / "site"
    cached = importlib.util.cache_from_source(str(site / "thing/__init__.py"))
    assert int.from_bytes(Path(cached).read_bytes()[4:8], "little") == 1
    assert not Path(importlib.util.cache_from_source(str(site / "thing/template.py"))).exists()
    script = "import sys, thing; print(thing.where().co_filename, thing.one.found)"
    output = subprocess.run(
        [sys.executable, "-v", "-c", script],
        env={"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert output.stdout == f"{site}/thing/__init__.py False\n"
    assert f"code object from '{site}/thing/one.py'" not in output.stderr


SOURCES: Mapping[str, Content] = {
    "thing/__init__.py": "def f(a, b=1, *c, d=(1, 2)):\n    return lambda: {a, 'text', None}\n",
    "thing/empty.py": "",
    "thing/latin.py": "# coding: latin-1\nname = 'é'\n".encode("latin-1"),
    "thing/mark.py": b"\xef\xbb\xbfname = 'marked'\r\nother = 'text'\r\n",
    "thing/escape.py": "text = '\\d'\n",
    "thing/nul.py": b"a = 1\x00",
    "thing/other.py": "print 1\n",
    "thing/undecodable.py": b"a = '\xff'\n",
    "top.py": "from thing import f\n",
}


def test_bytecode_is_what_py_compile_makes(tmp_path: Path) -> None:
    key = add(store_in(tmp_path), tmp_path, make_wheel("thing", "1.0", files=SOURCES)).key
    site = tmp_path / "cache" / key / "site"
    for path in SOURCES:
        expected = tmp_path / "expected.pyc"
        expected.unlink(missing_ok=True)
        with suppress(py_compile.PyCompileError), warnings.catch_warnings(action="ignore"):
            py_compile.compile(
                str(site / path), str(expected), path, doraise=True, invalidation_mode=UNCHECKED
            )
        found = Path(importlib.util.cache_from_source(str(site / path)))
        assert found.exists() == expected.exists(), path
        if found.exists():
            assert found.read_bytes()[:16] == expected.read_bytes()[:16]
            code = marshal.loads(found.read_bytes()[16:])
            assert code == marshal.loads(expected.read_bytes()[16:])
            assert code.co_filename == path


def test_record_names_every_file_as_it_will_stand(tmp_path: Path) -> None:
    key = add(store_in(tmp_path), tmp_path, WHEEL).key
    info = tmp_path / "cache" / key / "site/thing-1.0.dist-info"
    lines = [line.split(",") for line in (info / "RECORD").read_text().splitlines()]
    assert {path: bool(digest) for path, digest, _ in lines} == {
        "../../../bin/go": False,
        "../../../bin/run": True,
        "../../../bin/thing": False,
        "../../../share/thing.txt": True,
        "include.h": True,
        "thing-1.0.dist-info/INSTALLER": True,
        "thing-1.0.dist-info/METADATA": True,
        "thing-1.0.dist-info/RECORD": False,
        "thing-1.0.dist-info/WHEEL": True,
        "thing-1.0.dist-info/entry_points.txt": True,
        "thing/__init__.py": True,
        f"thing/__pycache__/__init__.{PYTHON.tag}.pyc": False,
        f"thing/__pycache__/one.{PYTHON.tag}.pyc": False,
        "thing/one.py": True,
        "thing/template.py": True,
    }
    assert (info / "INSTALLER").read_text() == "assembler\n"


def test_a_prefix_shares_the_files_of_the_cache(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    key = add(store, tmp_path, WHEEL).key
    store.materialise([key], tmp_path / "store")
    inside = f"{key}/site/thing/one.py"
    assert (tmp_path / "store" / inside).samefile(tmp_path / "cache" / inside)


@pytest.mark.skipif(
    not Path("/dev/shm").is_dir() or not os.access("/dev/shm", os.W_OK),
    reason="no second file system",
)
def test_a_prefix_on_another_file_system_gets_copies(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    other = Path("/dev/shm") / f"assembler-test-{os.getpid()}"
    other.mkdir()
    store = store_in(tmp_path)
    request.addfinalizer(lambda: Disk().remove(other))
    key = add(store, tmp_path, WHEEL).key
    store.materialise([key], other / "store")
    assert tree(other / "store" / key) == tree(tmp_path / "cache" / key)
    assert store.verify(key, other / "store") == ()


CHANGES: Mapping[str, str] = {
    "site/thing/one.py": "cut off",
    "site/thing/__init__.py": "removed",
    "contents.json": "cut off",
    "site/thing": "removed",
    "site/extra.py": "added",
    "": "removed",
}


def change(path: Path, how: str) -> None:
    if how == "removed":
        Disk().remove(path)
    elif how == "added":
        path.write_bytes(b"")
    else:
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("path", CHANGES)
def test_what_does_not_stand_whole_is_made_again(path: str, tmp_path: Path) -> None:
    store = store_in(tmp_path)
    key = add(store, tmp_path, WHEEL).key
    whole = tree(tmp_path / "cache" / key)
    change(tmp_path / "cache" / key / path, CHANGES[path])
    assert store.verify(key) != ()
    assert add(store, tmp_path, WHEEL).key == key
    assert tree(tmp_path / "cache" / key) == whole
    assert [entry.name for entry in (tmp_path / "cache").iterdir()] == [key]


@pytest.mark.parametrize("path", ["site/thing/one.py", "site/thing", "contents.json"])
def test_what_is_not_whole_in_the_cache_is_not_taken(path: str, tmp_path: Path) -> None:
    store = store_in(tmp_path)
    key = add(store, tmp_path, WHEEL).key
    change(tmp_path / "cache" / key / path, "removed")
    with pytest.raises(DamagedWheelError):
        store.materialise([key], tmp_path / "store")
    assert list((tmp_path / "store").iterdir()) == []
    assert store.find(WHEEL[0], hashlib.sha256(WHEEL[1]).hexdigest(), PYTHON) is None
    assert add(store, tmp_path, WHEEL).key == key
    store.materialise([key], tmp_path / "store")
    assert store.verify(key, tmp_path / "store") == ()


def test_verify_finds_every_flipped_byte(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    key = add(store, tmp_path, make_wheel("tiny", "1")).key
    root = tmp_path / "cache" / key
    for path in sorted(root.rglob("*")):
        if path.is_dir():
            continue
        before = path.read_bytes()
        path.chmod(0o644)
        for at in range(0, len(before), 7):
            path.write_bytes(before[:at] + bytes([before[at] ^ 1]) + before[at + 1 :])
            assert store.verify(key) == (path.relative_to(root).as_posix(),)
        path.write_bytes(before)
        path.chmod(0o444)
    assert store.verify(key) == ()


def test_others_bytecode_does_not_count_as_damage(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    key = add(store, tmp_path, WHEEL).key
    (tmp_path / "cache" / key / "site/thing/__pycache__/one.other-1.pyc").write_bytes(b"")
    assert store.verify(key) == ()


def test_a_refused_wheel_leaves_nothing(tmp_path: Path) -> None:
    name, data = make_wheel("thing", "1.0")
    with pytest.raises(IntegrityError) as caught:
        add(store_in(tmp_path), tmp_path, (name, data + b"x"))
    assert caught.value.message == (
        "archive `thing-1.0-py3-none-any.whl` is refused: there are data behind its end"
    )
    assert list((tmp_path / "cache").iterdir()) == []


def test_one_path_from_two_places_is_refused(tmp_path: Path) -> None:
    files = {"thing.py": "", "thing-1.0.data/purelib/thing.py": "other"}
    with pytest.raises(IntegrityError) as caught:
        add(store_in(tmp_path), tmp_path, make_wheel("thing", "1.0", files=files))
    assert caught.value.message == (
        "archive `thing-1.0-py3-none-any.whl` is refused: `site/thing.py` is there twice"
    )


def test_a_python_that_cannot_compile_is_named(tmp_path: Path) -> None:
    broken = RecordedProcesses(lambda _: CommandResult(1, "one\ntwo\n"))
    with pytest.raises(MachineError) as caught:
        add(store_in(tmp_path, broken), tmp_path, WHEEL)
    assert caught.value.message == (
        f"`{sys.executable}` can't compile bytecode: it ended with status 1"
    )
    assert caught.value.details == ("one", "two")


def test_headers_are_recorded_below_include(tmp_path: Path) -> None:
    files = {"thing-1.0.data/headers/thing.h": "int x;\n"}
    key = add(store_in(tmp_path), tmp_path, make_wheel("thing", "1.0", files=files)).key
    root = tmp_path / "cache" / key
    assert (root / "headers/thing.h").read_text() == "int x;\n"
    record = (root / "site/thing-1.0.dist-info/RECORD").read_text()
    assert record.startswith(f"../../../include/site/python{MINOR}/thing/thing.h,sha256=") or (
        f"\n../../../include/site/python{MINOR}/thing/thing.h,sha256=" in record
    )


REACHING: Mapping[str, bool] = {
    "$ORIGIN": False,
    "$ORIGIN/../thing.libs": False,
    "${ORIGIN}/../thing.libs": False,
    "/opt/vendor/lib": False,
    "$ORIGIN/../other.libs": True,
    "$ORIGIN:$ORIGIN/../../nvidia/cudnn/lib": True,
    "$ORIGIN/../../../..": True,
}


@pytest.mark.parametrize("run_path", [True, False])
@pytest.mark.parametrize("search_path", REACHING)
def test_libraries_that_reach_out_are_found(
    search_path: str, run_path: bool, tmp_path: Path
) -> None:
    files: Mapping[str, Content] = {
        "thing/native.so": shared_library(search_path, run_path=run_path),
        "thing.libs/libx-12345678.so.1.2": b"not an ELF file",
    }
    store = store_in(tmp_path)
    key = add(store, tmp_path, make_wheel("thing", "1.0", files=files)).key
    assert store.contents(key).reaching_out is REACHING[search_path]


def test_temporaries_are_told_by_their_names(tmp_path: Path) -> None:
    seen: list[str] = []

    def watch(_: CommandLine) -> CommandResult:
        seen.extend(path.name for path in (tmp_path / "cache").iterdir())
        return CommandResult(0, "")

    add(store_in(tmp_path, RecordedProcesses(watch)), tmp_path, WHEEL)
    assert [name.startswith(TEMPORARY) for name in seen] == [True]


def test_many_at_once_end_with_one_intact_tree(tmp_path: Path) -> None:
    def one(number: int) -> StoredWheel:
        store = store_in(tmp_path)
        stored = add(store, tmp_path / str(number), WHEEL)
        store.materialise([stored.key], tmp_path / "store")
        return stored

    with ThreadPoolExecutor(4) as pool:
        (stored,) = set(pool.map(one, range(4)))
    store = store_in(tmp_path)
    assert store.verify(stored.key) == store.verify(stored.key, tmp_path / "store") == ()
    for folder in ("cache", "store"):
        assert [path.name for path in (tmp_path / folder).iterdir()] == [stored.key]


def test_what_the_machine_refuses_is_worded(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    with pytest.raises(MachineError) as caught:
        add(store_in(tmp_path), tmp_path, WHEEL)
    assert caught.value.message.startswith(f"can't keep `{tmp_path}/cache/thing-1.0-")
    assert caught.value.message.endswith("`: file exists")
