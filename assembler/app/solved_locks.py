"""Which locks were solved here: the cache remembers each by its text.

A lock that somebody edited or merged by hand is none of them, nor is one of another version of
assembler: all of it is solved again.
"""

from collections.abc import Collection

import msgspec

from assembler.app.kept_files import KeptFiles
from assembler.app.services import Services

FOLDER = "solved"
"""The folder of the cache that remembers them."""


def silent(text: bytes, services: Services) -> frozenset[str] | None:
    """The programs of a lock that there is nothing to tell of; `None` for one not solved here."""
    found = _kept(services).find(text)
    try:
        return None if found is None else frozenset(msgspec.json.decode(found, type=list[str]))
    except msgspec.DecodeError:
        return None


def remember(text: bytes, programs: Collection[str], services: Services) -> None:
    """Remember that a lock was solved, and the programs that there is nothing to tell of.

    Where the cache can't be written, it is solved again the next time.
    """
    _kept(services).keep(text, msgspec.json.encode(sorted(programs)))


def _kept(services: Services) -> KeptFiles:
    return KeptFiles(FOLDER, services.cache, services.files)
