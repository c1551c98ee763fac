"""One program of a lock for one target, as files that other installers read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import PurePath

import msgspec

from assembler.lock.document import LOCK_VERSION
from assembler.lock.platforms import compared, environments, platforms
from assembler.lock.ranks import Ranks
from assembler.lock.toml import array, table
from assembler.lock.writing import source
from assembler.model.lock import Lock
from assembler.model.platforms import tags
from assembler.model.resolution import Cell, Pin, TreeSource
from assembler.model.sources import ArchiveSource, RepositorySource
from assembler.model.target import PythonRange, Target

Place = Callable[[str], str]
"""From a path beside the lock to the path that stands in the export."""


class Exported(msgspec.Struct, frozen=True):
    """An export, and the distributions in it that have no hash: how each is installed."""

    text: str
    unhashed: Mapping[str, str]


class Export:
    """One program on one target. `default` is the URL of the index that installers ask anyway."""

    def __init__(self, lock: Lock, program: str, target: Target, default: str) -> None:
        self._program = program
        self._target = target
        self._default = default
        self._python = lock.inputs[program].python
        self._cells = sorted(
            cell for cell in lock.cells if (cell.program, cell.target) == (program, target.name)
        )
        self._pins = tuple(_pins(lock, self._cells, target))

    def requirements(self, place: Place) -> Exported:
        """A requirements file, every line with its hashes.

        What can't have one (a folder, a commit) is left out, and said at the top.
        """
        lines: list[str] = []
        unhashed: dict[str, str] = {}
        for pin, marker in self._pins:
            if command := _unhashed(pin, place):
                unhashed[pin.name] = command
            else:
                lines += _requirement(pin, marker, place)
        head = [*self._title(), "#     pip install --require-hashes --no-deps -r FILE"]
        head += [f"# {name} has no hash: {command}" for name, command in unhashed.items()]
        return Exported("\n".join([*head, *self._indexes(), *lines, ""]), unhashed)

    def pylock(self, place: Place) -> Exported:
        """A single-use lock file (PEP 751)."""
        return Exported("\n".join((*self._title(), *self._pylock(place), "")), {})

    def _title(self) -> Iterator[str]:
        yield f"# `{self._program}` for `{self._target.name}` with Python {self._python}"
        yield "# Written by `assemble export`."

    def _indexes(self) -> Iterator[str]:
        found = sorted({pin.index for pin, _ in self._pins if pin.index} - {self._default})
        asked_anyway = any(pin.index == self._default for pin, _ in self._pins)
        for number, index in enumerate(found):
            extra = asked_anyway or number
            yield f"--{'extra-' if extra else ''}index-url {index}"

    def _pylock(self, place: Place) -> Iterator[str]:
        python = self._cells[0].python
        yield ""
        yield from table({"lock-version": LOCK_VERSION})
        yield f"environments = {array(environments(platforms([self._target])))}"
        until = f"{python.major}.{python.minor + 1}"
        requires = f">={python.version if python.first else python.version[:-2]},<{until}"
        yield from table({"requires-python": requires, "created-by": "assembler"})
        known = [pin.name for pin, _ in self._pins]
        if not known:
            yield "packages = []"
        for pin, marker in self._pins:
            yield from ("", "[[packages]]")
            yield from table({"name": pin.name})
            if not _unhashed(pin, place):
                yield from table({"version": pin.version})
            yield from table({"marker": marker} if marker else {})
            yield from table({"index": pin.index} if pin.index else {})
            if names := [name for name in pin.dependencies if known.count(name) == 1]:
                yield f"dependencies = {array([{'name': name} for name in names])}"
            yield from source(_placed(pin, place))


def export_path(folder: PurePath, beside: PurePath) -> Place:
    """Write paths beside the lock (in `beside`) as seen from another folder; both absolute."""

    def place(path: str) -> str:
        parts, start = (beside / path).parts, folder.parts
        common = 0
        while common < min(len(parts), len(start)) and parts[common] == start[common]:
            common += 1
        return "/".join((*([".."] * (len(start) - common)), *parts[common:])) or "."

    return place


def _pins(lock: Lock, cells: Sequence[Cell], target: Target) -> Iterator[tuple[Pin, str]]:
    """Each pin with the files that fit, and its marker where it is not for all patches."""
    found: dict[Pin, list[PythonRange]] = {}
    for cell in cells:
        ranks = Ranks(tags(target, f"{cell.python.major}.{cell.python.minor}"))
        for pin in lock.cells[cell]:
            bare = msgspec.structs.replace(_fitting(pin, ranks), because="")
            found.setdefault(bare, []).append(cell.python)
    pythons = [cell.python for cell in cells]
    for pin, ranges in sorted(found.items(), key=lambda item: (item[0].name, item[1])):
        yield pin, _marker(ranges, pythons)


def _fitting(pin: Pin, ranks: Ranks) -> Pin:
    """The pin with the wheels that fit, or else the sdist."""
    wheels = tuple(wheel for wheel in pin.wheels if ranks.of(wheel.filename) is not None)
    return msgspec.structs.replace(pin, wheels=wheels, sdist=None if wheels else pin.sdist)


def _marker(chosen: Sequence[PythonRange], among: Sequence[PythonRange]) -> str:
    """What holds for the chosen ranges of patches alone; empty for all of them."""
    if len(chosen) == len(among):
        return ""
    runs = [
        [among[place] for place, _ in run]
        for inside, run in groupby(enumerate(among), key=lambda item: item[1] in chosen)
        if inside
    ]
    return " or ".join(" and ".join(_bounds(run, among)) for run in runs)


def _bounds(run: Sequence[PythonRange], among: Sequence[PythonRange]) -> Iterator[str]:
    if run[0] != among[0]:
        yield compared("python_full_version", ">=", run[0].version)
    if run[-1] != among[-1]:
        following = among[among.index(run[-1]) + 1]
        yield compared("python_full_version", "<", following.version)


def _requirement(pin: Pin, marker: str, place: Place) -> Iterator[str]:
    hashes = [file.sha256 for file in (*pin.wheels, *([pin.sdist] if pin.sdist else ()))]
    what = f"{pin.name}=={pin.version}"
    if isinstance(pin.fixed, ArchiveSource):
        hashes = [pin.fixed.sha256]
        path = pin.fixed.path
        what = f"./{place(path)}" if path else f"{pin.name} @ {pin.fixed.url}"
    condition = f" ; {marker}" if marker else ""
    yield " \\\n    ".join((what + condition, *(f"--hash=sha256:{sha256}" for sha256 in hashes)))


def _unhashed(pin: Pin, place: Place) -> str:
    """The command that installs what has no hash; empty for what has one."""
    if pin.tree:
        editable = "-e " if pin.tree.editable else ""
        return f"pip install --no-deps {editable}./{place(pin.tree.path)}"
    if isinstance(pin.fixed, RepositorySource):
        folder = f"#subdirectory={pin.fixed.subdirectory}" if pin.fixed.subdirectory else ""
        url = f"git+{pin.fixed.url}@{pin.fixed.commit}{folder}"
        return f"pip install --no-deps '{pin.name} @ {url}'"
    return ""


def _placed(pin: Pin, place: Place) -> Pin:
    """The pin with its paths as seen from the export."""
    if pin.tree:
        tree = TreeSource(path=place(pin.tree.path), editable=pin.tree.editable)
        return msgspec.structs.replace(pin, tree=tree)
    if isinstance(pin.fixed, ArchiveSource) and pin.fixed.path:
        fixed = msgspec.structs.replace(pin.fixed, path=place(pin.fixed.path))
        return msgspec.structs.replace(pin, fixed=fixed)
    return pin
