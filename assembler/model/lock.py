"""A lock: which files each program gets on each target, and what it was made from."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

from assembler.model.distribution import DistributionFile
from assembler.model.resolution import Cell, Pin
from assembler.model.sources import ArchiveInput, RepositoryInput, RepositoryRequest
from assembler.model.target import PythonRange, Target
from assembler.origin import Origin


class TreeInput(msgspec.Struct, frozen=True, kw_only=True):
    """What the solve read from a source tree of the project: version and requirements.

    `digest` is the hash of its build files (`pyproject.toml`, `setup.py`, `setup.cfg`).
    """

    path: str
    editable: bool
    digest: str


class ProgramInputs(msgspec.Struct, frozen=True, kw_only=True):
    """The canonical inputs of one program: equal inputs mean that its lock is fresh.

    Everything is normalised and sorted, so that order, comments and layout never matter.
    `constraints` holds only names of the program's closure; `indexes` maps each of their routes.
    `overrides` are specifiers by name, `any` where every version will do, `excluded` where none.
    `targets` are those that it is for; empty: all. `shares` are the programs that it has its
    versions in common with. `exclude_newer` are the rules about upload times
    of single distributions, by name, and of indexes, by URL. `resolution` is empty where the
    highest versions are preferred.
    `on` holds the inputs on single targets where they are others, by the targets' names.
    Where the program is what a distribution is built with, `listed` are those of `requires` that
    its `pyproject.toml` lists; its back end asks for the others.
    """

    requires: tuple[str, ...]
    python: str
    targets: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    constraints: Mapping[str, str] = {}
    overrides: Mapping[str, str] = {}
    prereleases: tuple[str, ...] = ()
    sdists: tuple[str, ...] = ()
    from_source: tuple[str, ...] = ()
    exclude_newer: Mapping[str, str] = {}
    resolution: str = ""
    sources: Mapping[str, TreeInput] = {}
    archives: Mapping[str, ArchiveInput] = {}
    repositories: Mapping[str, RepositoryInput] = {}
    indexes: Mapping[str, str] = {}
    listed: tuple[str, ...] = ()
    on: Mapping[str, "ProgramInputs"] = {}

    def on_target(self, name: str) -> "ProgramInputs":
        """The inputs on one target."""
        return self.on.get(name, self)


class LockedArtifact(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a part downloads: its URL, sha256 and size in bytes."""

    url: str
    sha256: str
    size: int


class LockedSubmodule(msgspec.Struct, frozen=True, kw_only=True):
    """A submodule of a commit: its path in the tree, its URL, and its own commit."""

    path: str
    url: str
    commit: str


class LockedRepository(msgspec.Struct, frozen=True, kw_only=True):
    """A repository whose files a part wants, the commit that was asked for, and its submodules.

    `modules` are the submodules, and theirs, if `submodules` are asked for.
    """

    url: str
    rev: str = ""
    submodules: bool = False
    commit: str
    modules: tuple[LockedSubmodule, ...] = ()

    @property
    def request(self) -> RepositoryRequest:
        """What was asked for."""
        return RepositoryRequest(url=self.url, rev=self.rev, submodules=self.submodules)


def artifact(file: DistributionFile) -> LockedArtifact:
    """A wheel or sdist of a lock as a download."""
    return LockedArtifact(url=file.url, sha256=file.sha256 or "", size=file.size or 0)


class Lock(msgspec.Struct, frozen=True, kw_only=True):
    """The value of a `pylock.toml`: the cells' pins and the inputs they were solved from.

    `created_by` is assembler's version. `exclude_newer` is the instant that counted, in ISO 8601;
    `exclude_newer_rule` is what was asked: an instant, or a duration such as `7 days`.
    `exclude_newer_instants` is what became of the durations that programs have as inputs.
    """

    created_by: str
    targets: tuple[Target, ...]
    exclude_newer: str | None = None
    exclude_newer_rule: str | None = None
    exclude_newer_instants: Mapping[str, str] = {}
    inputs: Mapping[str, ProgramInputs]
    cells: Mapping[Cell, tuple[Pin, ...]]
    artifacts: tuple[LockedArtifact, ...] = ()
    repositories: tuple[LockedRepository, ...] = ()

    def python_ranges(self, program: str, target: str) -> tuple[PythonRange, ...]:
        """The ranges of Python patches that the lock knows for a program on a target."""
        return tuple(
            sorted(
                cell.python
                for cell in self.cells
                if cell.program == program and cell.target == target
            )
        )


class Staleness(msgspec.Struct, frozen=True, kw_only=True):
    """An edit that makes a lock stale: the program (or `None`), the edit in words, its place."""

    program: str | None
    edit: str
    origin: Origin | None = None


class Selected(msgspec.Struct, frozen=True, kw_only=True):
    """A pin and the file of it that one machine installs: a wheel, else an sdist to build.

    Neither is set where the pin is a source tree of the project, or a commit.
    """

    pin: Pin
    wheel: DistributionFile | None = None
    sdist: DistributionFile | None = None


ChangeKind: TypeAlias = Literal["added", "removed", "upgraded", "downgraded", "moved"]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a new lock does to one distribution of a program.

    `before` and `after` are versions; `moved` means the same version from another place. `targets`
    is empty where the change holds for all of them.
    """

    kind: ChangeKind
    program: str
    name: str
    before: str | None = None
    after: str | None = None
    because: str = ""
    targets: tuple[str, ...] = ()
