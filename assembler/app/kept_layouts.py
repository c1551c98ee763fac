"""Links of environments that were worked out before: the cache remembers them by their wheels.

To work them out, the manifests of all their wheels are read, every file of them.
"""

import hashlib
from binascii import crc32
from collections.abc import Sequence
from contextlib import suppress
from pathlib import PurePath

import msgspec

from assembler import __version__
from assembler.errors import MachineError
from assembler.model.distribution import Link, StoredWheel
from assembler.ports import Files

FOLDER = "layouts-1"
"""The folder of the cache that remembers them."""

_CHECKED = 4
"""How many bytes of a file are the checksum of the others."""

_DECODER = msgspec.msgpack.Decoder(tuple[Link, ...])


class KeptLayouts:
    """What this version of assembler has worked out for environments of one Python (`3.12`)."""

    def __init__(self, python_minor: str, cache: PurePath, files: Files) -> None:
        self._minor = python_minor
        self._folder = cache / FOLDER
        self._files = files

    def links(self, wheels: Sequence[StoredWheel]) -> tuple[Link, ...] | None:
        """The links of an environment of these wheels in this order, if they are known."""
        path = self._path(wheels)
        if self._files.state(path) is None:
            return None
        try:
            stored = self._files.read(path)
            checksum, content = stored[:_CHECKED], stored[_CHECKED:]
            return _DECODER.decode(content) if checksum == _checksum(content) else None
        except (FileNotFoundError, MachineError, msgspec.DecodeError):
            return None

    def add(self, wheels: Sequence[StoredWheel], links: Sequence[Link]) -> None:
        """Remember links; where the cache can't be written, they are worked out again.

        Nobody waits until the disk has them: a file that is cut short counts for nothing.
        """
        path, content = self._path(wheels), msgspec.msgpack.encode(links)
        with suppress(MachineError, FileExistsError):
            if self._files.state(path) is not None:
                self._files.remove(path)
            self._files.write(path, _checksum(content) + content)

    def _path(self, wheels: Sequence[StoredWheel]) -> PurePath:
        asked = "\n".join((__version__, self._minor, *(wheel.key for wheel in wheels)))
        return self._folder / hashlib.sha256(asked.encode()).hexdigest()


def _checksum(content: bytes) -> bytes:
    return crc32(content).to_bytes(_CHECKED, "big")
