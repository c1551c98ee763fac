"""A few of the bad disks that `nox -s faults` tries."""

import subprocess
import sys
from pathlib import Path

from tests.faults.mounts import own_mounts

SOME = 13
"""Each command on each disk, each time with other room."""


def test_full_disks_and_read_only_ones_are_told_and_survived(tmp_path: Path) -> None:
    alone = own_mounts()
    if not alone:
        return
    command = (sys.executable, "-m", "tests.faults.mounts", "--every", str(SOME))
    ended = subprocess.run(
        [*alone, *command, "--inside", str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
