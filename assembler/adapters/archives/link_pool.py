"""Symbolic links that environments have in common: one inode for all that say the same."""

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


class LinkPool:
    """Symbolic links below a directory, named by what they say.

    A link is made as another name of the one that is kept there, which takes neither an inode nor
    a block. Where that can't be done, it is made by itself.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def make(self, directory: Path, targets: Mapping[str, str]) -> None:
        """Make links below a directory, by relative path. Raises `OSError`."""
        with suppress(OSError):
            self._directory.mkdir(parents=True, exist_ok=True)
        start = os.fspath(directory)
        for path, target in targets.items():
            self._make(f"{start}/{path}", target)

    def _make(self, path: str, target: str) -> None:
        kept = self._kept(target)
        if not _linked(kept, path, target):
            os.symlink(target, path)
            with suppress(OSError):
                os.link(path, kept, follow_symlinks=False)

    def _kept(self, target: str) -> str:
        name = hashlib.sha256(os.fsencode(target)).hexdigest()[:32]
        return f"{self._directory}/{name}"


def _linked(kept: str, path: str, target: str) -> bool:
    """Give a kept link this name as well, and tell whether that is what the link shall say."""
    try:
        os.link(kept, path, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:
        return False
    with suppress(OSError):
        if os.readlink(path) == target:
            return True
    os.unlink(path)
    return False
