"""What no tool can do faster here: the work without any tool."""

import os
import sys
import zipfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter

from tests.benchmarks.field import Field
from tests.benchmarks.measuring import Contestant, by_turns
from tests.benchmarks.suites import Suite, remove
from tests.benchmarks.table import floor
from tests.benchmarks.workload import programs

PROCESSES = 2
FILES, FOLDERS = 1000, 50
SYMLINKS = 5000


def floors(field: Field, rounds: int) -> str:
    """A line for each floor."""
    wheels = _wheels(Suite(field, programs(20)).filled().caches / "assembler")
    lines = _starts(field, rounds)
    timed = {
        "link 50,000 files": lambda: _links(field.place("links")),
        "make 5,000 symlinks": lambda: _symlinks(field.place("symlinks")),
        f"inflate the {len(wheels)} wheels": lambda: _each(_inflate, wheels, 1),
        f"inflate them in {PROCESSES} processes": lambda: _each(_inflate, wheels, PROCESSES),
        f"compile all modules in {PROCESSES} processes": lambda: _each(_compile, wheels, PROCESSES),
    }
    return lines + "".join(floor(name, _seconds(work)) for name, work in timed.items())


def _starts(field: Field, rounds: int) -> str:
    python, folder = str(field.assembler.parent / "python"), field.folder
    words = {
        "start Python": ("-c", "pass"),
        "start Python with `-I -S`": ("-I", "-S", "-c", "pass"),
    }
    contestants = {
        name: Contestant((python, *options), folder, field.environment())
        for name, options in words.items()
    }
    times = by_turns(contestants, 5 * rounds)
    return "".join(floor(name, taken.seconds) for name, taken in times.items())


def _seconds(work: Callable[[], None]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _wheels(cache: Path) -> list[Path]:
    """The wheels in a cache, the largest first."""
    return sorted(cache.glob("files/*/*/*.whl"), key=lambda path: -path.stat().st_size)


def _links(folder: Path) -> None:
    remove([folder])
    for number in range(FOLDERS + 1):
        (folder / str(number)).mkdir(parents=True)
    for name in map(str, range(FILES)):
        (folder / "0" / name).write_text(name)
        for number in range(1, FOLDERS + 1):
            os.link(folder / "0" / name, folder / str(number) / name)


def _symlinks(folder: Path) -> None:
    remove([folder])
    folder.mkdir()
    for number in range(SYMLINKS):
        (folder / str(number)).symlink_to("../target")


def _each(work: Callable[[Path], int], wheels: Sequence[Path], processes: int) -> None:
    if processes == 1:
        _all(map(work, wheels))
        return
    with ProcessPoolExecutor(processes) as pool:
        _all(pool.map(work, wheels))


def _all(results: Iterable[int]) -> None:
    sys.stderr.write(f"    {sum(results)} bytes\n")


def _inflate(wheel: Path) -> int:
    with zipfile.ZipFile(wheel) as archive:
        return sum(len(archive.read(name)) for name in archive.namelist())


def _compile(wheel: Path) -> int:
    size = 0
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".py"):
                size += _compiled(archive.read(name), name)
    return size


def _compiled(source: bytes, name: str) -> int:
    """How much there was to compile; templates of modules may be no Python."""
    try:
        compile(source, name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return 0
    return len(source)
