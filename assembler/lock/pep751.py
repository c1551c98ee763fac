"""What PEP 751's own algorithm selects of a lock, as `packaging` implements it.

Programs have much in common, so what many cells ask is asked once: each alternative of a marker (it
holds where any of them does) for a program and a machine, and the file of each entry for a
machine, by letting `packaging` select from that entry alone.
"""

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, cast

import msgspec
from packaging.markers import Environment, Marker
from packaging.pylock import (
    Package,
    PackageArchive,
    PackageDirectory,
    PackageSdist,
    PackageVcs,
    PackageWheel,
    Pylock,
    PylockSelectError,
)
from packaging.tags import Tag
from packaging.utils import parse_wheel_filename

from assembler.lock.selection import Ranks, ranked
from assembler.model.platforms import marker_environment, tags
from assembler.model.target import PythonRange, Target

_PIECE = re.compile(r"\"[^\"]*\"|'[^']*'|[()]| or ")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")

Installed: TypeAlias = tuple[str, str, str]
"""What a cell installs of a pin: name, version, and a file name with its hash, or a path."""

Source: TypeAlias = PackageVcs | PackageDirectory | PackageArchive | PackageWheel | PackageSdist


class Taken(msgspec.Struct, frozen=True, eq=False):
    """The wheel tags that a target takes with a minor version of Python, best first."""

    best_first: Sequence[Tag]
    ranks: Ranks


class Machine(msgspec.Struct, frozen=True, eq=False):
    """A target with a full version of Python."""

    environment: Mapping[str, str]
    tags: Taken


class Machines:
    """The machines that a target stands for, with each of the Pythons that are asked about."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._taken: dict[str, Taken] = {}
        self._machines: dict[str, Machine] = {}

    def machine(self, python: PythonRange, version: str) -> Machine:
        """The machine with a full version of a range of patches."""
        found = self._machines.get(version)
        if found is None:
            environment = marker_environment(self._target, version)
            found = self._machines[version] = Machine(environment, self.tags(python))
        return found

    def tags(self, python: PythonRange) -> Taken:
        """The wheel tags that any patch of a range takes."""
        minor = f"{python.major}.{python.minor}"
        found = self._taken.get(minor)
        if found is None:
            best_first = tags(self._target, minor)
            found = self._taken[minor] = Taken(best_first, ranked(best_first))
        return found


class _Unmarked(msgspec.Struct, frozen=True, eq=False):
    """An entry without its marker."""

    package: Package


class Selecting:
    """Selects from one lock, for many programs and machines."""

    def __init__(self, pylock: Pylock) -> None:
        self._pylock = pylock
        self._unmarked: dict[str, list[_Unmarked]] = {}
        self._naming: dict[str, dict[str, list[str]]] = {}
        self._markers: dict[str, Marker] = {}
        self._verdicts: dict[tuple[str, str, Machine], bool] = {}
        self._files: dict[tuple[_Unmarked, Machine | Taken], Installed] = {}
        self._tags: dict[Taken, tuple[Tag, ...]] = {}
        self._known = frozenset(tag for package in pylock.packages for tag in _tags(package))
        for package in pylock.packages:
            bare = _Unmarked(dataclasses.replace(package, marker=None))
            self._unmarked.setdefault(str(package.marker), []).append(bare)
        for text in self._unmarked:
            self._note(text)

    def naming(self, program: str) -> Mapping[str, Sequence[str]]:
        """The markers that name a program, with their alternatives that do.

        No entry with another marker can be for it. (That the others are not is what reading the
        text again has shown.)
        """
        return self._naming.get(program, {})

    def selected(self, program: str, machine: Machine) -> frozenset[Installed]:
        """What is installed of a program. Raises `PylockSelectError`."""
        entries = [
            entry
            for text, some in self.naming(program).items()
            if any(self._holds(alternative, program, machine) for alternative in some)
            for entry in self._unmarked[text]
        ]
        counted = Counter(entry.package.name for entry in entries)
        if twice := sorted(name for name, count in counted.items() if count > 1):
            raise PylockSelectError(f"several entries are selected of {', '.join(twice)}")
        return frozenset(self._file(entry, machine) for entry in entries)

    def _note(self, text: str) -> None:
        """Note which programs a marker names, and where."""
        for alternative in alternatives(text):
            for quoted in _QUOTED.findall(alternative):
                named = self._naming.setdefault("".join(quoted), {}).setdefault(text, [])
                if alternative not in named[-1:]:
                    named.append(alternative)

    def _holds(self, alternative: str, program: str, machine: Machine) -> bool:
        key = (alternative, program, machine)
        found = self._verdicts.get(key)
        if found is None:
            found = self._verdicts[key] = self._evaluated(*key)
        return found

    def _evaluated(self, alternative: str, program: str, machine: Machine) -> bool:
        marker = self._markers.get(alternative)
        if marker is None:
            marker = self._markers[alternative] = Marker(alternative)
        asked: dict[str, str | frozenset[str]] = {
            **machine.environment,
            "extras": frozenset(),
            "dependency_groups": frozenset({program}),
        }
        return marker.evaluate(asked, context="lock_file")

    def _file(self, entry: _Unmarked, machine: Machine) -> Installed:
        key = (entry, machine if entry.package.requires_python else machine.tags)
        found = self._files.get(key)
        if found is None:
            found = self._files[key] = self._chosen(entry.package, machine)
        return found

    def _chosen(self, package: Package, machine: Machine) -> Installed:
        lock = self._pylock
        alone = Pylock(
            lock_version=lock.lock_version,
            environments=lock.environments,
            dependency_groups=lock.dependency_groups,
            created_by=lock.created_by,
            packages=[package],
        )
        environment = cast("Environment", machine.environment)
        ((_, source),) = alone.select(environment=environment, tags=self._fitting(machine.tags))
        return installed(package, source)

    def _fitting(self, taken: Taken) -> tuple[Tag, ...]:
        """The tags of a machine that any wheel of the lock has."""
        found = self._tags.get(taken)
        if found is None:
            found = tuple(tag for tag in taken.best_first if tag in self._known)
            self._tags[taken] = found
        return found


def alternatives(marker: str) -> Iterator[str]:
    """Split a marker at every `or` that is in no parentheses and in no text."""
    depth = start = 0
    for piece in _PIECE.finditer(marker):
        depth += {"(": 1, ")": -1}.get(piece[0], 0)
        if not depth and piece[0] == " or ":
            yield marker[start : piece.start()]
            start = piece.end()
    yield marker[start:]


def _tags(package: Package) -> frozenset[Tag]:
    wheels = package.wheels or ()
    return frozenset[Tag]().union(*(parse_wheel_filename(wheel.filename)[3] for wheel in wheels))


def installed(package: Package, source: Source) -> Installed:
    """What is installed of an entry from the source that was selected."""
    version = str(package.version or "")
    if isinstance(source, PackageWheel | PackageSdist):
        return package.name, version, f"{source.filename} {source.hashes['sha256']}"
    if isinstance(source, PackageArchive):
        return package.name, version, f"{source.url or source.path} {source.hashes['sha256']}"
    if isinstance(source, PackageVcs):
        place = f"{source.url} {source.commit_id} {source.subdirectory or ''}"
        return package.name, version, place
    return package.name, version, str(source.path)
