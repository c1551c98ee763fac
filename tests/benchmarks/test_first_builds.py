"""What filling an empty store with wheels asks of the system: counted, without a clock."""

import hashlib
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.wheels import make_wheel

WHEELS, FEW, MANY = 12, 10, 210
CALL = re.compile(r"^\d+ +([a-z_0-9]+)\(", re.MULTILINE | re.ASCII)

FILLING = """
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from assembler.adapters.archives.settings import StoreSettings
from assembler.adapters.archives.store import UnpackedWheels
from assembler.adapters.disk import Disk
from assembler.adapters.processes import ChildProcesses
from assembler.model.target import Interpreter
from tests.fakes.cache_lock import MemoryCacheLock

folder, bytecode, worthwhile = Path(sys.argv[1]), sys.argv[2] == "compiled", int(sys.argv[3])
python = Interpreter(executable=sys.executable, version="3.11.0")
store = UnpackedWheels(
    folder / "store",
    files=Disk(),
    processes=ChildProcesses(),
    locks=MemoryCacheLock(),
    settings=StoreSettings(jobs=2, worthwhile=worthwhile),
)
with closing(store), ThreadPoolExecutor(32) as threads:
    def add(wheel):
        store.add(wheel, wheel.parent.name, python, bytecode=bytecode)
    list(threads.map(add, sorted(folder.glob("*/*.whl"))))
"""


def filled(
    folder: Path, wheels: int, files: int, *, compiled: bool, worthwhile: int
) -> Counter[str]:
    """How often each call of the system was made to put wheels of so many modules into a store."""
    for number in range(wheels):
        modules = {f"m{number}/{each}.py": f"x = {each}\n" for each in range(files)}
        name, content = make_wheel(f"m{number}", "1.0", files=modules)
        place = folder / hashlib.sha256(content).hexdigest()
        place.mkdir(parents=True)
        (place / name).write_bytes(content)
    log = folder / "calls"
    how = "compiled" if compiled else "plain"
    argv = (sys.executable, "-B", "-c", FILLING, str(folder), how, str(worthwhile))
    subprocess.run(("strace", "-f", "-o", str(log), *argv), check=True)
    return Counter(CALL.findall(log.read_text(errors="replace")))


@pytest.mark.parametrize("worthwhile", [0, sys.maxsize])
def test_each_file_of_a_wheel_takes_few_calls(worthwhile: int, tmp_path: Path) -> None:
    few, many = (
        filled(tmp_path / str(files), 1, files, compiled=False, worthwhile=worthwhile)
        for files in (FEW, MANY)
    )
    more = {name: (many[name] - few[name]) / (MANY - FEW) for name in many}
    written = ("openat", "write", "fchmod", "close")
    assert all(0.9 < more.get(name, 0) < 1.2 for name in written), more
    assert sum(more.values()) <= 5, more


def test_wheels_are_synced_and_compiled_together(tmp_path: Path) -> None:
    found = filled(tmp_path, WHEELS, FEW, compiled=True, worthwhile=0)
    assert found["syncfs"] <= WHEELS, found
    assert found["fsync"] <= WHEELS, found
    assert found["execve"] <= WHEELS + 2, found


def test_wheels_that_come_one_by_one_start_few_processes(tmp_path: Path) -> None:
    found = filled(tmp_path, 1, FEW, compiled=False, worthwhile=sys.maxsize)
    assert (found["syncfs"], found["fsync"], found["execve"]) == (1, 1, 1), found
