"""What can go wrong, as data: message, origin and hints; `assembler.cli.console` words it.

Messages are lower case without a full stop, names in backticks.
"""

from collections.abc import Sequence
from typing import ClassVar

from assembler.origin import Origin


class AssemblerError(Exception):
    """A failure that the user can act on.

    `message` says what failed and why; `origin` where it was written; `details` are further lines
    (a chain of requirements, a command's last output); `hints` say what to do next.
    """

    exit_code: ClassVar[int] = 70

    def __init__(
        self,
        message: str,
        *,
        origin: Origin | None = None,
        details: Sequence[str] = (),
        hints: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.origin = origin
        self.details = tuple(details)
        self.hints = tuple(hints)


class ConfigurationError(AssemblerError):
    """The configuration is wrong (exit 1)."""

    exit_code = 1


class UnsatisfiableError(AssemblerError):
    """The requirements can't be satisfied (exit 1)."""

    exit_code = 1


class UsageError(AssemblerError):
    """The command line is wrong (exit 2)."""

    exit_code = 2


class NetworkError(AssemblerError):
    """An index or a download could not be reached, or `--offline` lacks something (exit 3)."""

    exit_code = 3


class OfflineError(NetworkError):
    """Nothing may be fetched, and the cache lacks these things, each said in words (exit 3)."""

    def __init__(self, things: Sequence[str], *, origin: Origin | None = None) -> None:
        self.things = tuple(dict.fromkeys(things))
        alone = len(self.things) == 1
        what = f"{self.things[0]} is" if alone else f"{len(self.things)} things are"
        super().__init__(
            f"{what} not cached, and nothing is fetched offline",
            origin=origin,
            details=() if alone else self.things,
            hints=("run the same once with the network",),
        )


class IntegrityError(AssemblerError):
    """A hash differs, an archive is malformed, something is damaged (exit 4)."""

    exit_code = 4


class DamagedWheelError(IntegrityError):
    """What the cache holds of a wheel is not whole, and counts no more: it can be made again."""

    def __init__(self, key: str) -> None:
        super().__init__(f"`{key}` is not in the cache, or damaged there", hints=("build again",))
        self.key = key


class PartError(AssemblerError):
    """A part, or the build of a distribution, failed (exit 5)."""

    exit_code = 5


class LockError(AssemblerError):
    """The lock is stale, missing, unreadable or not for this machine (exit 6)."""

    exit_code = 6


class DueError(AssemblerError):
    """Something is due, under `--check` (exit 7)."""

    exit_code = 7


class MachineError(AssemblerError):
    """The machine can't: no such Python, secret or permission, disk full, prefix busy (exit 8)."""

    exit_code = 8


class StoppedError(MachineError):
    """A command did not run to its end, as all commands are being ended (exit 8)."""


class RecipeBug(Exception):  # noqa: N818 - a bug, not an error of the user's
    """A recipe crashed (exit 70): its message names the recipe, its cause is what was raised."""


class RaisedElsewhere(Exception):  # noqa: N818 - whatever another process raised
    """What another process raised, in one line; its traceback there is a note."""


class Faults(AssemblerError):  # noqa: N818 - a collection of errors, not one
    """Several errors found together; the exit code is that of the first."""

    def __init__(self, errors: Sequence[AssemblerError]) -> None:
        super().__init__(f"{len(errors)} errors")
        self.errors = tuple(errors)

    @property
    def code(self) -> int:
        """The exit code of the first error."""
        return self.errors[0].exit_code


def raise_all(errors: Sequence[AssemblerError]) -> None:
    """Raise the only error, or all of them as `Faults`; return if there is none."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise Faults(errors)
