"""What making a lock answers, for the command line to word."""

from collections.abc import Mapping

import msgspec

from assembler.model.lock import Change


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A distribution of a program of which there is a newer version than was chosen, and why.

    `targets` are those where all of this holds; `everywhere` tells that these are all that the
    program is locked for.
    """

    program: str
    name: str
    version: str
    newest: str
    because: str
    targets: tuple[str, ...] = ()
    everywhere: bool = False


class Locked(msgspec.Struct, frozen=True, kw_only=True):
    """A lock was made: whether a file changed, how many distributions each program has.

    `build_file` is the lock of what builds need, if they need anything. `unused` names constraints
    and overrides that are about nothing in it. `held` is what an upgrade held back.
    """

    file: str
    build_file: str | None = None
    changed: bool
    programs: Mapping[str, int]
    changes: tuple[Change, ...] = ()
    unused: tuple[str, ...] = ()
    held: tuple[Held, ...] = ()
