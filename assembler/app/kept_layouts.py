"""Links of environments that were worked out before: the cache remembers them by their wheels.

To work them out, the manifests of all their wheels are read, every file of them.
"""

from collections.abc import Sequence
from pathlib import PurePath

import msgspec

from assembler.app.kept_files import KeptFiles
from assembler.model.distribution import Link, StoredWheel
from assembler.ports import Files

FOLDER = "layouts-1"
"""The folder of the cache that remembers them."""

_DECODER = msgspec.msgpack.Decoder(tuple[Link, ...])


class KeptLayouts:
    """What this version of assembler has worked out for environments of one Python (`3.12`)."""

    def __init__(self, python_minor: str, cache: PurePath, files: Files) -> None:
        self._minor = python_minor
        self._kept = KeptFiles(FOLDER, cache, files)

    def links(self, wheels: Sequence[StoredWheel]) -> tuple[Link, ...] | None:
        """The links of an environment of these wheels in this order, if they are known."""
        found = self._kept.find(self._asked(wheels))
        try:
            return None if found is None else _DECODER.decode(found)
        except msgspec.DecodeError:
            return None

    def add(self, wheels: Sequence[StoredWheel], links: Sequence[Link]) -> None:
        """Remember links; where the cache can't be written, they are worked out again."""
        self._kept.keep(self._asked(wheels), msgspec.msgpack.encode(links))

    def _asked(self, wheels: Sequence[StoredWheel]) -> bytes:
        return "\n".join((self._minor, *(wheel.key for wheel in wheels))).encode()
