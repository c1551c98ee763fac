"""Files that are read whole: none is larger than its limit, or than what it may be equal to."""

from pathlib import PurePath
from typing import Protocol

from assembler.errors import ConfigurationError, LockError
from assembler.model.limits import DEFAULTS, Limits
from assembler.origin import Origin
from assembler.ports import Files, FileState

_MOST_LINKS = 40


class LookedAt(Protocol):
    """Files as far as they are looked at."""

    def state(self, path: PurePath) -> FileState | None:
        """What stands at the path, or `None`."""
        ...


def check_configuration(
    path: PurePath, name: str, files: LookedAt, limits: Limits, origin: Origin | None = None
) -> None:
    """Raise `ConfigurationError` for a file of configuration that is too large; `name` is shown."""
    if _size(path, files) > limits.configuration_size:
        raise ConfigurationError(
            f"`{name}` is larger than {limits.configuration_size} bytes",
            origin=origin,
            hints=(limits.way_out("configuration_size"),),
        )


def check_user_configuration(path: PurePath, files: LookedAt) -> None:
    """Raise `ConfigurationError` for a user configuration that is too large to hold limits."""
    if _size(path, files) > DEFAULTS.configuration_size:
        raise ConfigurationError(f"`{path}` is larger than {DEFAULTS.configuration_size} bytes")


def check_lock(path: PurePath, name: str, files: LookedAt, limits: Limits) -> None:
    """Raise `LockError` for a lock that is too large; `name` is shown."""
    if _size(path, files) > limits.lock_size:
        message = f"`{name}` is larger than {limits.lock_size} bytes"
        raise LockError(message, hints=(limits.way_out("lock_size"),))


def holds(path: PurePath, content: bytes, files: Files) -> bool:
    """Whether a file stands there with just this content."""
    there = files.state(path) is not None and _size(path, files) == len(content)
    return there and files.read(path) == content


def _size(path: PurePath, files: LookedAt) -> int:
    """Bytes of a file, or of the one that a link leads to; 0 where there is none."""
    for _ in range(_MOST_LINKS):
        state = files.state(path)
        if state is None:
            return 0
        if state.kind != "link":
            return state.size
        path = path.parent / state.target
    return 0
