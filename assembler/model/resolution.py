"""The question to the solver, and its answer."""

from collections.abc import Mapping

import msgspec

from assembler.model.distribution import DistributionFile
from assembler.model.project import (
    Constraint,
    GroupRequest,
    Override,
    ProgramOf,
    Root,
    SolveGroup,
    TargetName,
)
from assembler.model.sources import FixedSource
from assembler.model.target import PythonRange


class ProgramRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What one program needs: its roots, for a Python (`3.12`, or `3.12.4`: that and later ones).

    `name` is normalised; it is the program's dependency group in the lock. `python` is `None`
    where the assembly's own counts. `overrides` take the place of the lock's for the same names.
    `targets` are those of the lock's that it is for; empty: all.
    `groups` are dependency groups whose requirements are roots too. Programs of one `solve_group`
    have the same version of each distribution that they have in common. What `extends` another
    part's program has its roots, groups, Python and targets, and shares its versions.
    """

    name: str
    roots: tuple[Root, ...]
    groups: tuple[GroupRequest, ...] = ()
    python: str | None = None
    constraints: tuple[Constraint, ...] = ()
    overrides: tuple[Override, ...] = ()
    targets: tuple[TargetName, ...] = ()
    solve_group: SolveGroup | None = None
    extends: ProgramOf | None = None


class TreeSource(msgspec.Struct, frozen=True, kw_only=True):
    """A pin's source is a directory of the project, relative to the lock."""

    path: str
    editable: bool = False


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """One distribution chosen for a cell.

    `name` is normalised; from an index: `index` is its URL and `wheels` the files that some target
    of the class can use, best first, or `sdist` where it is built. `tree` is set instead for a
    distribution of the project, `fixed` for one archive or commit. `dependencies` are names,
    sorted. `because` says which rule chose the version.
    """

    name: str
    version: str
    index: str | None = None
    wheels: tuple[DistributionFile, ...] = ()
    sdist: DistributionFile | None = None
    tree: TreeSource | None = None
    fixed: FixedSource | None = None
    requires_python: str | None = None
    dependencies: tuple[str, ...] = ()
    because: str = ""


class Cell(msgspec.Struct, frozen=True, order=True, cache_hash=True):
    """A program on a target with a range of Python patches: what is solved at one go."""

    program: str
    target: str
    python: PythonRange


class Resolution(msgspec.Struct, frozen=True):
    """The pins of every cell, sorted by name.

    `excluded` names for each program the distributions that were asked for and are excluded.
    `remarked` are the programs that something was told of, such as an extra that is not there.
    """

    pins: Mapping[Cell, tuple[Pin, ...]]
    excluded: Mapping[str, frozenset[str]] = {}
    remarked: frozenset[str] = frozenset()
