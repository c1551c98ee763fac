"""What the store of unpacked wheels is told of the machine and its user."""

import msgspec

from assembler.adapters.archives.case import FoldsCase, folds_case
from assembler.model.limits import DEFAULTS, Limits


class StoreSettings(msgspec.Struct, frozen=True):
    """The limits of archives, and how it is found out whether a disk folds case.

    `jobs` says how many processes may work at once, `worthwhile` from how many bytes of wheels on
    they unpack: as many as are unpacked here while a process starts.
    """

    limits: Limits = DEFAULTS
    folds_case: FoldsCase = folds_case
    jobs: int = 1
    worthwhile: int = 8 * 2**20
