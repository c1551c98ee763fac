"""Compiling what a wheel holds."""

import sys
from pathlib import Path

import pytest

from assembler.adapters.archives.bytecode import compile_tree
from assembler.adapters.processes import ChildProcesses
from assembler.errors import MachineError
from assembler.model.limits import Limits
from assembler.model.target import Interpreter


def test_bytecode_that_the_disk_refuses_is_told_in_one_line(tmp_path: Path) -> None:
    small = tmp_path / "python"
    small.write_text(f'#!/bin/sh\nulimit -f 1\nexec {sys.executable} "$@"\n')
    small.chmod(0o755)
    site = tmp_path / "site"
    site.mkdir()
    (site / "large.py").write_text("\n".join(f"name_{number} = {number}" for number in range(999)))
    python = Interpreter(executable=str(small), version="3.11.0")
    with pytest.raises(MachineError) as caught:
        compile_tree(str(site), python, ChildProcesses(), Limits())
    assert caught.value.message == f"`{small}` can't compile bytecode: it ended with status 1"
    (line,) = caught.value.details
    assert line.startswith("__pycache__/large.")
    assert line.endswith(".pyc: File too large")
