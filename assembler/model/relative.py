"""Relative paths that people write."""

from pathlib import PurePosixPath

from assembler.errors import ConfigurationError
from assembler.origin import Origin


def relative_path(written: str, origin: Origin) -> str:
    """The path without `.` and doubled slashes, which must lead below where it starts.

    Raises `ConfigurationError` for one that is empty, absolute, leads out by `..`, or holds a
    control character.
    """
    path = PurePosixPath(written)
    if path.is_absolute() or ".." in path.parts:
        raise ConfigurationError(f"`{written}` leads out of its folder", origin=origin)
    if not path.parts or any(ord(character) < ord(" ") for character in written):
        raise ConfigurationError(f"{written!r} is no path", origin=origin)
    return str(path)
