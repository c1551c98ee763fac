"""The lock of a prefix."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assembler.adapters.turns import FilePrefixLock
from assembler.errors import MachineError
from tests.fakes.reporter import RecordedReporter

WAITER = """
import sys
from pathlib import PurePath
from assembler.adapters.turns import FilePrefixLock

class Said:
    def note(self, message):
        print(message, flush=True)

with FilePrefixLock(Said(), grace=0.01).hold(PurePath(sys.argv[1])):
    print("held", flush=True)
"""


def test_it_is_held_and_released(tmp_path: Path) -> None:
    reporter = RecordedReporter()
    lock = FilePrefixLock(reporter)
    for _ in range(2):
        with lock.hold(tmp_path / "a/lock"):
            assert str(os.getpid()) in (tmp_path / "a/lock").read_text()
    assert reporter.notes == []


def test_modes_do_not_depend_on_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        with FilePrefixLock(RecordedReporter()).hold(tmp_path / "a/b/lock"):
            pass
    finally:
        os.umask(before)
    paths = (tmp_path / "a", tmp_path / "a/b", tmp_path / "a/b/lock")
    assert [path.stat().st_mode & 0o777 for path in paths] == [0o755, 0o755, 0o644]


def test_waiting_is_announced_with_the_holder(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with FilePrefixLock(RecordedReporter()).hold(path):
        waiter = subprocess.Popen(
            [sys.executable, "-c", WAITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert waiter.stdout is not None
        said = waiter.stdout.readline()
    with waiter:
        assert waiter.stdout.readline() == "held\n"
    assert said.startswith(f"waiting for process {os.getpid()} (`")
    assert said.endswith(f"`), which holds `{path}`\n")


@pytest.mark.parametrize("written", [b"", b"{", b'{"pid": 1}', b"\xff" * 9000])
def test_a_holder_that_can_not_be_read_is_another_process(tmp_path: Path, written: bytes) -> None:
    path = tmp_path / "lock"
    with FilePrefixLock(RecordedReporter()).hold(path):
        path.write_bytes(written)
        waiter = subprocess.Popen(
            [sys.executable, "-c", WAITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert waiter.stdout is not None
        assert waiter.stdout.readline() == f"waiting for another process, which holds `{path}`\n"
    with waiter:
        assert waiter.stdout.readline() == "held\n"


def test_a_place_that_can_not_be_locked(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(MachineError) as caught,
        FilePrefixLock(RecordedReporter()).hold(tmp_path / "file/lock"),
    ):
        pass
    assert caught.value.message == f"`{tmp_path}/file` is in the way: it is not a folder"


def test_a_lock_file_that_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()
    with (
        pytest.raises(MachineError) as caught,
        FilePrefixLock(RecordedReporter()).hold(tmp_path / "lock"),
    ):
        pass
    assert caught.value.message == f"can't lock `{tmp_path}/lock`: is a directory"
