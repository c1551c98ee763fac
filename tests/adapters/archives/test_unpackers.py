"""Wheels unpacked by processes: as they are unpacked here, whatever becomes of the processes."""

import hashlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assembler.adapters.archives.settings import StoreSettings
from assembler.adapters.archives.trees import CONTENTS
from assembler.adapters.archives.unpacked import UnpackRequest
from assembler.adapters.archives.unpackers import Unpackers
from assembler.errors import IntegrityError
from tests.adapters.archives.by_installer import install_by_installer
from tests.wheels import make_wheel

ALWAYS = StoreSettings(jobs=2, worthwhile=0)
SCRIPTS = st.dictionaries(
    st.sampled_from("xyz"), st.sampled_from(("#!python\n", "#!/bin/sh\n", ""))
)
NAMES = st.text("ab_é ,", min_size=1, max_size=4).filter(lambda name: name.strip() == name)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(lambda names: "/".join(("thing", *names)))
FILES = st.dictionaries(PATHS, st.binary(max_size=50), max_size=6).filter(
    lambda files: not any(a != b and b.startswith(f"{a}/") for a in files for b in files)
)


@pytest.fixture(scope="module")
def processes() -> Iterator[Unpackers]:
    with closing(Unpackers(ALWAYS)) as unpackers:
        yield unpackers


def request(folder: Path, wheel: tuple[str, bytes], tree: str = "tree") -> UnpackRequest:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / wheel[0]
    path.write_bytes(wheel[1])
    return UnpackRequest(
        wheel=str(path),
        sha256=hashlib.sha256(wheel[1]).hexdigest(),
        tree=str(folder / tree),
        key="thing-1.0-k",
        minor="3.11",
    )


def unpacked(unpackers: Unpackers, asked: UnpackRequest) -> dict[str, tuple[int, bytes]]:
    """What stands in its tree once a wheel is unpacked and finished."""
    text, _ = unpackers.unpack(asked)
    assert unpackers.finish(text, asked.tree, compiled=False).key == asked.key
    return seen(Path(asked.tree))


def seen(tree: Path) -> dict[str, tuple[int, bytes]]:
    """Every path of a tree with its mode and content."""
    return {
        str(path.relative_to(tree)): (
            path.lstat().st_mode,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in (tree, *tree.rglob("*"))
    }


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    files=FILES,
    scripts=st.dictionaries(st.sampled_from("xyz"), st.sampled_from(("#!python\n", "#!/bin/sh\n"))),
)
def test_processes_unpack_as_it_is_done_here(
    files: Mapping[str, bytes], scripts: Mapping[str, str], tmp_path: Path, processes: Unpackers
) -> None:
    wheel = make_wheel("thing", "1.0", files={"thing.py": "", **files}, scripts=scripts)
    folder = tmp_path / os.urandom(8).hex()
    here = unpacked(Unpackers(StoreSettings()), request(folder, wheel, "here"))
    assert unpacked(processes, request(folder, wheel, "there")) == here


def children() -> set[int]:
    """The processes that this one started and that have not ended."""
    listed = Path("/proc/self/task").glob("*/children")
    return {int(number) for each in listed for number in each.read_text().split()}


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(files=FILES, scripts=SCRIPTS)
def test_a_wheel_is_unpacked_as_installer_does_it(
    files: Mapping[str, bytes], scripts: Mapping[str, str], tmp_path: Path
) -> None:
    wheel = make_wheel(
        "thing",
        "1.0",
        files={"thing.py": "", "thing-1.0.data/headers/t.h": "", **files},
        scripts=scripts,
        data={"share/a": "data"},
        entry_points={"console_scripts": {"run": "thing:run", "x": "thing:x"}},
    )
    folder = tmp_path / os.urandom(8).hex()
    asked = request(folder, wheel)
    found = unpacked(Unpackers(StoreSettings()), asked)
    del found[CONTENTS]
    install_by_installer(Path(asked.wheel), folder / "other", asked.minor)
    assert seen(folder / "other") == found


def test_few_bytes_are_unpacked_here_and_many_by_processes(tmp_path: Path) -> None:
    wheel = make_wheel("thing", "1.0")
    before = children()
    with closing(Unpackers(StoreSettings(worthwhile=2 * len(wheel[1])))) as unpackers:
        for number, expected in enumerate((0, 1, 1)):
            unpacked(unpackers, request(tmp_path, wheel, str(number)))
            assert len(children() - before) == expected
    assert children() == before


def test_what_a_process_leaves_undone_is_done_here(tmp_path: Path) -> None:
    wheel = make_wheel("thing", "1.0", files={"thing.py": "x = 1\n"})
    before = children()
    with closing(Unpackers(StoreSettings(worthwhile=0))) as unpackers:
        whole = unpacked(unpackers, request(tmp_path, wheel, "first"))
        (process,) = children() - before
        os.kill(process, signal.SIGKILL)
        assert unpacked(unpackers, request(tmp_path, wheel, "second")) == whole
        assert unpacked(unpackers, request(tmp_path, wheel, "third")) == whole
        assert process not in children()


def test_what_a_process_only_began_is_done_again(tmp_path: Path, processes: Unpackers) -> None:
    asked = request(tmp_path, make_wheel("thing", "1.0"))
    text, _ = processes.unpack(asked)
    record = Path(asked.tree, "site/thing-1.0.dist-info/RECORD")
    record.write_text("cut o")
    Path(asked.tree, CONTENTS).write_text("")
    processes.finish(text, asked.tree, compiled=False)
    assert "thing/__init__.py,sha256=" in record.read_text()
    assert Path(asked.tree, CONTENTS).stat().st_size > 0


UNPACKING = """
import sys, time
from pathlib import Path
from assembler.adapters.archives.settings import StoreSettings
from tests.adapters.archives.test_unpackers import children, request, unpacked
from assembler.adapters.archives.unpackers import Unpackers
from tests.wheels import make_wheel
unpackers = Unpackers(StoreSettings(worthwhile=0))
unpacked(unpackers, request(Path(sys.argv[1]), make_wheel("thing", "1.0")))
print(*children(), flush=True)
time.sleep(600)
"""


def test_a_process_ends_with_assembler_also_when_that_is_killed(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", UNPACKING, str(tmp_path)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as assembler:
        assert assembler.stdout is not None
        process = os.pidfd_open(int(assembler.stdout.readline()))
        assembler.send_signal(signal.SIGKILL)
        ended, _, _ = select.select([process], [], [], 20)
        os.close(process)
        assert ended


def test_a_refused_wheel_is_refused_in_the_same_words(tmp_path: Path, processes: Unpackers) -> None:
    name, data = make_wheel("thing", "1.0")
    asked = request(tmp_path, (name, data + b"x"))
    for unpackers in (processes, Unpackers(StoreSettings())):
        with pytest.raises(IntegrityError) as caught:
            unpackers.unpack(asked)
        assert caught.value.message == (
            "archive `thing-1.0-py3-none-any.whl` is refused: there are data behind its end"
        )
