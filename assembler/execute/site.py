"""Where a part is being made, and with what."""

from functools import cached_property
from pathlib import PurePath, PurePosixPath

import msgspec

from assembler.model.layout import Prefix
from assembler.model.places import Places
from assembler.model.plan import PlannedPart
from assembler.ports import Tools


class Site(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One part's directory while its steps are performed."""

    part: PlannedPart
    prefix: Prefix
    places: Places
    tools: Tools

    @cached_property
    def directory(self) -> PurePosixPath:
        """The part's directory."""
        return PurePosixPath(self.prefix.part(self.part.directory))

    def path(self, relative: str) -> PurePath:
        """A path in the part's directory; `.` is that directory."""
        return self.directory / relative
