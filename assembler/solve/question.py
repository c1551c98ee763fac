"""What the solver is asked."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from assembler.model.distribution import CoreMetadata
from assembler.model.project import Constraint, IndexRoute, Override, ResolutionMode
from assembler.model.resolution import ProgramRequest, TreeSource
from assembler.model.sources import ArchiveSource, FixedSource, RepositorySource
from assembler.model.target import Target
from assembler.model.upload_times import Cutoffs


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What the solver may choose.

    `python` is what counts for programs that name none; `prereleases` and `sdists` are names, `*`
    or `any` meaning all, of those in `from_source` no wheel is used. `unknown_extras` says what
    becomes of an extra that a version does not have. `resolution` says which
    versions are preferred: the newest of each distribution, the oldest, or the oldest of those that
    programs and own distributions list. `builds`: it is about build requirements.
    """

    python: str
    constraints: tuple[Constraint, ...] = ()
    overrides: tuple[Override, ...] = ()
    prereleases: tuple[str, ...] = ()
    sdists: tuple[str, ...] = ()
    from_source: tuple[str, ...] = ()
    exclude_newer: Cutoffs = Cutoffs()
    unknown_extras: Literal["warn", "refuse"] = "warn"
    resolution: ResolutionMode = "highest"
    builds: bool = False

    def table(self, key: str) -> str:
        """The table of the assembly file where such a rule stands."""
        return f"[lock.build-{key}]" if self.builds else f"[lock.{key}]"


class OwnWheel(msgspec.Struct, frozen=True, kw_only=True):
    """One of several wheels of an own distribution, each for other machines, and its metadata."""

    source: ArchiveSource
    metadata: CoreMetadata


class OwnDistribution(msgspec.Struct, frozen=True, kw_only=True):
    """What `[sources]` says of a name, which is normalised: the only candidate for it.

    Either `tree` is set, or `fixed`; `wheels` are all of them where there are several.
    """

    name: str
    version: str
    metadata: CoreMetadata
    tree: TreeSource | None = None
    fixed: FixedSource | None = None
    wheels: tuple[OwnWheel, ...] = ()

    @property
    def whence(self) -> str:
        """Where it comes from, in words."""
        match self.fixed:
            case ArchiveSource():
                return f"taken from `{self.fixed.place}`"
            case RepositorySource():
                return f"taken from `{self.fixed.url}`"
            case None:
                return f"the project's own, at `{self.tree.path if self.tree else ''}`"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Programs to solve for targets; `own` maps normalised names to the project's source trees."""

    programs: tuple[ProgramRequest, ...]
    targets: tuple[Target, ...]
    policy: Policy
    routes: tuple[IndexRoute, ...]
    own: Mapping[str, OwnDistribution] = {}
