"""Archives, extracted strictly; implements `ports.Unpacker`."""

from pathlib import Path, PurePath

from assembler.adapters.archives.case import FoldsCase, folds_case
from assembler.model.limits import DEFAULTS, Limits


class Extractor:
    """Extracts zip and tar archives (plain, gzip, bzip2, xz), told apart by their first bytes.

    Files are 0644, or 0755 where the archive says executable. A member that has no more than
    `strip` names is left out.
    """

    def __init__(self, limits: Limits = DEFAULTS, folds_case: FoldsCase = folds_case) -> None:
        self._limits = limits
        self._folds_case = folds_case

    def extract(self, archive: PurePath, directory: PurePath, strip: int) -> None:
        """Extract an archive into a directory. Raises `IntegrityError` naming the archive."""
        from assembler.adapters.archives.formats import (  # noqa: PLC0415 - loads all formats
            unpack,
        )

        root = Path(directory)
        root.mkdir(parents=True, exist_ok=True)
        unpack(Path(archive), root, strip, self._limits, self._folds_case)
