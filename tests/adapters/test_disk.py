"""The disk of this machine."""

import os
from pathlib import Path

import pytest

from assembler.adapters.disk import Disk
from assembler.errors import MachineError


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(MachineError) as caught:
        Disk().read(tmp_path / "pipe")
    assert caught.value.message == f"can't read `{tmp_path}/pipe`: it is not a file"


def test_what_the_machine_refuses_is_said(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 300)
    with pytest.raises(MachineError) as caught:
        Disk().write(path, b"")
    assert caught.value.message == f"can't write `{path}`: file name too long"


def test_an_interrupted_replacement_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "directory/inner").mkdir(parents=True)
    with pytest.raises(MachineError):
        Disk().replace(tmp_path / "directory", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["directory"]


def test_a_read_only_tree_is_removed(tmp_path: Path) -> None:
    inner = tmp_path / "a/b"
    inner.mkdir(parents=True)
    (inner / "c").write_text("")
    inner.chmod(0o555)
    (tmp_path / "a").chmod(0o555)
    Disk().remove(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_a_place_below_a_file_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert Disk().state(tmp_path / "file/x") is None
    assert Disk().names(tmp_path / "file") == ()
