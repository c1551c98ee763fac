"""Locks an example from PyPI for four machines, and checks that it installs on each of them.

`nox -s elsewhere` runs it: for every program and machine `packaging` selects files from the lock,
and the host of each must have it, of the size that the lock says.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import urllib3

from tests.machines import MACHINES, selected

EXAMPLE = Path(__file__).parents[2] / "examples" / "notebooks"
PYTHON = (3, 11)
PATIENCE = 600.0


def locked(folder: Path) -> bytes:
    """The example's new lock, made in a folder with an empty cache, for all machines."""
    left_out = shutil.ignore_patterns("build", "pylock*.toml")
    project = shutil.copytree(EXAMPLE, folder / "project", ignore=left_out)
    with (project / "assembly.toml").open("a") as file:
        file.write(f"\n[lock]\ntargets = {list(MACHINES)}\n")
    subprocess.run(
        [sys.executable, "-m", "assembler", "lock"],
        cwd=project,
        env={**os.environ, "ASSEMBLER_CACHE": str(folder / "cache")},
        timeout=PATIENCE,
        check=True,
    )
    return (project / "pylock.toml").read_bytes()


def main() -> int:
    """Write a line for each program and machine, and each file that is missing; 1 if one is."""
    with tempfile.TemporaryDirectory() as folder:
        lock = tomllib.loads(locked(Path(folder)).decode())
    http = urllib3.PoolManager(timeout=30.0, retries=3)
    there: dict[str, bool] = {}
    for program in lock["dependency-groups"]:
        for machine in MACHINES:
            files = selected(lock, program, machine, PYTHON)
            for file in files:
                url = str(file.url)
                if url not in there:
                    answer = http.request("HEAD", url)
                    size = int(answer.headers.get("Content-Length", "-1"))
                    there[url] = answer.status == 200 and size == file.size
                    if not there[url]:
                        sys.stdout.write(f"{url}: {answer.status}, {size} bytes\n")
            sys.stdout.write(f"{program} on {machine}: {len(files)} files\n")
    sys.stdout.write(f"{sum(there.values())} of {len(there)} files are there\n")
    return int(not all(there.values()) or not there)


if __name__ == "__main__":
    sys.exit(main())
