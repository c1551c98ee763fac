"""What the command line asks of a build."""

import msgspec


class BuildOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What `plan` and `build` were asked: parts (all if empty), and how.

    `only` names the selection that is built, instead of the default one.
    `editable` is false where editable sources are to be built into wheels.
    """

    parts: tuple[str, ...] = ()
    only: str | None = None
    target: str | None = None
    editable: bool = True
