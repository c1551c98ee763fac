"""Live files: what is due of them, and what was done."""

from typing import Literal

import msgspec


class LiveState(msgspec.Struct, frozen=True, kw_only=True):
    """A file that holds secrets, as it stands: `path` is relative to the prefix.

    `due` is `None` where that can't be told. `reason` says why: it was never written, its
    description changed, the `secrets` have other values, it was changed by hand, its mode is
    another, or, where it can't be told, the `secrets` are missing or this user may not read it.
    """

    path: str
    part: str
    due: bool | None = False
    reason: Literal[
        "", "new", "described", "rotated", "edited", "mode", "missing", "unreadable"
    ] = ""
    secrets: tuple[str, ...] = ()


class LiveWritten(msgspec.Struct, frozen=True, kw_only=True):
    """What was written of the live files; paths are relative to the prefix.

    `aside` maps files that were changed by hand to where what they held is now.
    """

    paths: tuple[str, ...] = ()
    aside: tuple[tuple[str, str], ...] = ()
