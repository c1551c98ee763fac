"""Files of the cache that remember what was found out, by the hash of all that it depends on.

A file that is cut short, damaged, or of another version of assembler counts for nothing: what it
would say is found out again. So nobody waits until the disk has it.
"""

import hashlib
from binascii import crc32
from contextlib import suppress
from pathlib import PurePath

from assembler import __version__
from assembler.errors import MachineError
from assembler.ports import Files

_CHECKED = 4
"""How many bytes of a file are the checksum of the others."""

_LARGEST = 1 << 24
"""How many bytes one has at most."""


class KeptFiles:
    """One folder of the cache."""

    def __init__(self, folder: str, cache: PurePath, files: Files) -> None:
        self._folder = cache / folder
        self._files = files

    def find(self, asked: bytes) -> bytes | None:
        """What is remembered, if anything is."""
        path = self._path(asked)
        state = self._files.state(path)
        if state is None or state.size > _LARGEST:
            return None
        try:
            stored = self._files.read(path)
        except (FileNotFoundError, MachineError):
            return None
        checksum, content = stored[:_CHECKED], stored[_CHECKED:]
        return content if checksum == _checksum(content) else None

    def keep(self, asked: bytes, content: bytes) -> None:
        """Remember it, unless the cache can't be written."""
        path = self._path(asked)
        with suppress(MachineError, FileExistsError):
            if self._files.state(path) is not None:
                self._files.remove(path)
            self._files.write(path, _checksum(content) + content)

    def _path(self, asked: bytes) -> PurePath:
        return self._folder / hashlib.sha256(f"{__version__}\n".encode() + asked).hexdigest()


def _checksum(content: bytes) -> bytes:
    return crc32(content).to_bytes(_CHECKED, "big")
