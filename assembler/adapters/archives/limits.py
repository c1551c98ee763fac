"""How much an archive may hold."""

import msgspec


class ArchiveLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Ceilings of the archive reader.

    `members` counts files and directories; `unpacked` is in bytes; `ratio` is unpacked to packed
    bytes, and counts only above `ratio_exempt` bytes unpacked; `metadata` is the size in bytes of
    a file that is read whole.
    """

    members: int = 250_000
    unpacked: int = 16 * 1024**3
    ratio: int = 250
    ratio_exempt: int = 64 * 1024**2
    metadata: int = 64 * 1024**2


DEFAULTS = ArchiveLimits()
