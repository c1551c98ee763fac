"""What files stand in a folder, so that it can be compared."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path


def listing(folder: Path, left_out: Callable[[Path], bool]) -> dict[str, str]:
    """Every file and link below the folder, with the hash of its content."""
    found = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if (path.is_symlink() or not path.is_dir()) and not left_out(inside):
            content = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
            found[str(inside)] = hashlib.sha256(content).hexdigest()
    return found


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """The paths that came, went, or hold something else."""
    paths = before.keys() | after.keys()
    return tuple(sorted(path for path in paths if before.get(path) != after.get(path)))
