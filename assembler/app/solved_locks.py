"""Which locks were solved here: the cache remembers each by the hash of its text.

A lock that somebody edited or merged by hand is none of them, nor is one of another version of
assembler: all of it is solved again.
"""

import hashlib
from binascii import crc32
from collections.abc import Collection
from contextlib import suppress
from pathlib import PurePath

import msgspec

from assembler import __version__
from assembler.app.services import Services
from assembler.errors import MachineError

FOLDER = "solved"
"""The folder of the cache that remembers them."""

_LARGEST = 1 << 20
"""How many bytes it remembers of one at most."""

_CHECKED = 8
"""How many characters of a file are the checksum of the others."""


def silent(text: bytes, services: Services) -> frozenset[str] | None:
    """The programs of a lock that there is nothing to tell of; `None` for one not solved here."""
    path = _path(text, services)
    state = services.files.state(path)
    if state is None or state.size > _LARGEST:
        return None
    try:
        content = services.files.read(path)
        if content[:_CHECKED] != _checksum(content[_CHECKED:]):
            return None
        return frozenset(msgspec.json.decode(content[_CHECKED:], type=list[str]))
    except (FileNotFoundError, MachineError, msgspec.DecodeError):
        return None


def remember(text: bytes, programs: Collection[str], services: Services) -> None:
    """Remember that a lock was solved, and the programs that there is nothing to tell of.

    Where the cache can't be written, it is solved again the next time.
    """
    content = msgspec.json.encode(sorted(programs))
    with suppress(MachineError):
        services.files.replace(_path(text, services), _checksum(content) + content)


def _path(text: bytes, services: Services) -> PurePath:
    name = hashlib.sha256(f"{__version__}\n".encode() + text).hexdigest()
    return services.cache / FOLDER / name


def _checksum(content: bytes) -> bytes:
    return f"{crc32(content):0{_CHECKED}x}".encode()
