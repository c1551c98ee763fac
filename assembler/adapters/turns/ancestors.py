"""The processes that this one was started by, directly or not."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

Parent = Callable[[int], int]


def ancestors() -> frozenset[int]:
    """The ids of this process and of those above it, as far as that is told."""
    return followed(parent_by_proc if Path("/proc/self/stat").exists() else parent_by_ps)


def followed(parent: Parent) -> frozenset[int]:
    """Ours and those above it, as a function tells parents, which says 0 where it can't."""
    found: set[int] = set()
    process = os.getpid()
    while process > 0 and process not in found:
        found.add(process)
        process = parent(process)
    return frozenset(found)


def parent_by_proc(process: int) -> int:
    """Its parent, by the `/proc` of Linux."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(errors="replace")
    except OSError:
        return 0
    return int(status.rpartition(")")[2].split()[1])


def parent_by_ps(process: int) -> int:
    """Its parent, by the command `ps` of POSIX."""
    command = ("ps", "-o", "ppid=", "-p", str(process))
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
        return int(told.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return 0
