"""Which files are left out as they were uploaded too late."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

NEVER = "false"
"""The rule by which nothing is left out, as it is written in the assembly file."""

Rule: TypeAlias = Literal["name", "index", "default"]


class Cutoffs(msgspec.Struct, frozen=True, kw_only=True):
    """Instants (ISO 8601) after which uploads are left out; `None`: none is.

    That of a distribution (`names`, normalised) counts before that of its index (`indexes`, by
    URL), and this before `default`. Files of the indexes in `untimed` count although no upload time
    is known of them.
    """

    default: str | None = None
    names: Mapping[str, str | None] = {}
    indexes: Mapping[str, str | None] = {}
    untimed: frozenset[str] = frozenset()

    def counting(self, name: str, index: str | None) -> Rule:
        """Which of the rules counts for a distribution from an index."""
        if name in self.names:
            return "name"
        return "index" if index in self.indexes else "default"

    def of(self, name: str, index: str | None) -> str | None:
        """The instant that counts for a distribution from an index."""
        if name in self.names:
            return self.names[name]
        return self.indexes.get(index or "", self.default)

    def moved(self, name: str, index: str | None, instant: str) -> "Cutoffs":
        """The same, the rule that counts for a distribution having this instant."""
        match self.counting(name, index):
            case "name":
                return msgspec.structs.replace(self, names={**self.names, name: instant})
            case "index":
                indexes = {**self.indexes, index or "": instant}
                return msgspec.structs.replace(self, indexes=indexes)
            case "default":
                return msgspec.structs.replace(self, default=instant)
