"""What a test needs of this machine: ports, tools, processes, and patience with a deadline."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 60.0
LOOPBACK = "127.0.0.1"
_INTERVAL = 0.05
_FOLDERS = ("/usr/sbin", "/sbin", *map(str, Path("/usr/lib/postgresql").glob("*/bin")))


def tool(name: str) -> str:
    """The path of a command, wherever Debian puts it."""
    found = shutil.which(name, path=os.pathsep.join((os.environ["PATH"], *_FOLDERS)))
    assert found, f"`{name}` is not installed: `make e2e` installs what the examples need"
    return found


def free_ports(count: int) -> list[int]:
    """Ports of the loopback interface on which nobody listens."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def awaited(ask: Callable[[], T], what: str) -> T:
    """What is told at last that is neither empty nor an `OSError`."""
    end = time.monotonic() + PATIENCE
    while True:
        with suppress(OSError):
            if found := ask():
                return found
        assert time.monotonic() < end, f"{what} is not there after {PATIENCE:g} seconds"
        Event().wait(_INTERVAL)


@contextmanager
def running(argv: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is there meanwhile."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd="/"
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def family(pid: int) -> set[int]:
    """A process and all that it started, as far as they still run."""
    parents = running_processes()
    found, due = set[int](), {pid}
    while due:
        found |= due
        due = {child for child, parent in parents.items() if parent in due} - found
    return {each for each in found if each in parents}


def running_processes() -> dict[int, int]:
    """The processes of this machine, and which ones started them."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent, *_ = stat.read_text().rpartition(")")[2].split()
            if state != "Z":
                found[int(stat.parent.name)] = int(parent)
    return found


def addresses(processes: set[int]) -> set[str]:
    """The addresses that processes listen on, come from, and are connected with."""
    inodes: set[str] = set()
    for process in processes:
        for descriptor in Path(f"/proc/{process}/fd").glob("*"):
            with suppress(OSError):
                target = os.readlink(descriptor)
                if target.startswith("socket:["):
                    inodes.add(target[len("socket:[") : -1])
    found: set[str] = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            words = line.split()
            if words[9] in inodes:
                connected = (each for each in words[1:3] if not each.endswith(":0000"))
                found |= {_address(each) for each in connected}
    return found


def _address(written: str) -> str:
    """An address of `/proc/net`, where each four bytes stand in the order of this machine."""
    raw = bytes.fromhex(written.partition(":")[0])
    ordered = b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
    return socket.inet_ntop(socket.AF_INET if len(raw) == 4 else socket.AF_INET6, ordered)
