"""Programs whose wheels were found to require what their lock says: the cache remembers each.

To find it out, the metadata of all their wheels are read.
"""

from collections.abc import Mapping
from pathlib import PurePath

import msgspec

from assembler.app.kept_files import KeptFiles
from assembler.ports import Files

FOLDER = "promises-1"
"""The folder of the cache that remembers them."""


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """What it depends on: the roots, the names that are excluded, the markers' environment.

    `wheels` are, for each distribution in order, its name, the names that it depends on in the
    lock, whether it was built here, and the key of its stored wheel, which says its bytes.
    """

    roots: tuple[str, ...]
    excluded: tuple[str, ...]
    environment: Mapping[str, str]
    wheels: tuple[tuple[str, tuple[str, ...], bool, str], ...]


class KeptPromises:
    """What this version of assembler has found to be kept."""

    def __init__(self, cache: PurePath, files: Files) -> None:
        self._kept = KeptFiles(FOLDER, cache, files)

    def has(self, promise: Promise) -> bool:
        """Whether it was found to be kept before."""
        return self._kept.find(_asked(promise)) is not None

    def add(self, promise: Promise) -> None:
        """Remember it; where the cache can't be written, it is found out again the next time."""
        self._kept.keep(_asked(promise), b"")


def _asked(promise: Promise) -> bytes:
    return msgspec.msgpack.encode(promise, order="deterministic")
