"""What PEP 751's own algorithm selects of a lock, as `packaging` implements it.

Programs have much in common, so what many cells ask is asked once: each alternative of a marker (it
holds where any of them does) for a program and a machine, and the file of each entry for a
machine, by letting `packaging` select from those alone that no other program has.
"""

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

from assembler.lock.ranks import Ranks, wheel_name
from assembler.model.names import normalised_name
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
            found = self._taken[minor] = Taken(best_first, Ranks(best_first))
        return found


class Selecting:
    """Selects from one lock, for many programs and machines.

    `pylock` has no markers; `markers` are those of its entries. Raises `ValueError` for one that
    is none.
    """

    def __init__(self, pylock: Pylock, markers: Sequence[str]) -> None:
        self._pylock = pylock
        self._entries: dict[str, list[int]] = {}
        self._naming: dict[str, dict[str, list[str]]] = {}
        self._markers: dict[str, Marker] = {}
        self._files: dict[Taken, dict[int, Installed]] = {}
        self._tags: dict[Taken, tuple[Tag, ...]] = {}
        self._known = frozenset(tag for package in pylock.packages for tag in _tags(package))
        for place, text in enumerate(markers):
            self._entries.setdefault(text, []).append(place)
        for text in self._entries:
            self._note(text)

    def naming(self, program: str) -> Mapping[str, Sequence[str]]:
        """The alternatives that name a program, each with the markers that have it.

        By no other can an entry be for it. (That the others are not is what reading the text again
        has shown.)
        """
        return self._naming.get(program, {})

    def selected(self, program: str, machine: Machine) -> frozenset[Installed]:
        """What is installed of a program. Raises `PylockSelectError`."""
        markers = {
            text
            for alternative, some in self.naming(program).items()
            if self._holds(alternative, program, machine)
            for text in some
        }
        entries = [place for text in markers for place in self._entries[text]]
        counted = Counter(self._pylock.packages[place].name for place in entries)
        if len(counted) < len(entries):
            twice = sorted(name for name, count in counted.items() if count > 1)
            raise PylockSelectError(f"several entries are selected of {', '.join(twice)}")
        return self._installed(entries, machine)

    def _note(self, text: str) -> None:
        """Note which programs a marker names, and where."""
        for alternative in alternatives(text):
            if alternative not in self._markers:
                self._markers[alternative] = Marker(alternative)
            for name in {normalised_name("".join(one)) for one in _QUOTED.findall(alternative)}:
                self._naming.setdefault(name, {}).setdefault(alternative, []).append(text)

    def _holds(self, alternative: str, program: str, machine: Machine) -> bool:
        asked: dict[str, str | frozenset[str]] = {
            **machine.environment,
            "extras": frozenset(),
            "dependency_groups": frozenset({program}),
        }
        return self._markers[alternative].evaluate(asked, context="lock_file")

    def _installed(self, entries: Sequence[int], machine: Machine) -> frozenset[Installed]:
        known = self._files.setdefault(machine.tags, {})
        packages = self._pylock.packages
        due = [place for place in entries if place not in known or packages[place].requires_python]
        if due:
            found = self._chosen([packages[place] for place in due], machine)
            known.update(zip(due, found, strict=True))
        return frozenset(known[place] for place in entries)

    def _chosen(self, packages: Sequence[Package], machine: Machine) -> Iterator[Installed]:
        lock = self._pylock
        alone = Pylock(
            lock_version=lock.lock_version,
            environments=lock.environments,
            dependency_groups=lock.dependency_groups,
            created_by=lock.created_by,
            packages=packages,
        )
        environment = cast("Environment", machine.environment)
        found = alone.select(environment=environment, tags=self._fitting(machine.tags))
        return (installed(package, source) for package, source in found)

    def _fitting(self, taken: Taken) -> tuple[Tag, ...]:
        """The tags of a machine that any wheel of the lock has."""
        found = self._tags.get(taken)
        if found is None:
            found = tuple(tag for tag in taken.best_first if tag in self._known)
            self._tags[taken] = found
        return found


def without_markers(table: Mapping[str, object]) -> Pylock:
    """Validate what a text says, but for the markers of its entries.

    Many entries have the same ones, which `Selecting` validates once. The table has been parsed as
    a lock of ours. Raises `PylockValidationError`.
    """
    packages = cast("Sequence[Mapping[str, object]]", table["packages"])
    bare = [
        {name: value for name, value in package.items() if name != "marker"} for package in packages
    ]
    return Pylock.from_dict({**table, "packages": bare})


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
    return frozenset[Tag]().union(*(wheel_name(wheel.filename)[2] for wheel in wheels))


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
