"""What the command line asks of a build."""

import msgspec


class BuildOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What `plan` and `build` were asked: parts (all if empty), and how.

    `editable` is false where editable sources are to be built into wheels.
    """

    parts: tuple[str, ...] = ()
    target: str | None = None
    editable: bool = True
