"""Ways in which files are damaged behind assembler's back."""

import os
import random
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

Kind = Callable[[Path, random.Random], Path]
"""Damages a file, and returns the path that is damaged thereby."""


def flip(path: Path, chance: random.Random) -> Path:
    """Turn one bit over; size and time stay."""
    with _times_kept(path):
        content = bytearray(path.read_bytes())
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        _write(path, bytes(content))
    return path


def truncate(path: Path, chance: random.Random) -> Path:
    """Leave only the beginning."""
    content = path.read_bytes()
    _write(path, content[: chance.randrange(len(content))])
    return path


def delete(path: Path, _chance: random.Random) -> Path:
    """Remove it."""
    path.unlink()
    return path


def swap(path: Path, chance: random.Random) -> Path:
    """Exchange it with a file that differs, somewhere around it."""
    other = chance.choice(_others(path))
    aside = path.with_name("aside")
    path.rename(aside)
    other.rename(path)
    aside.rename(other)
    return path


def add(path: Path, _chance: random.Random) -> Path:
    """Put a file beside it that nobody made."""
    stranger = path.with_name("stranger.py")
    stranger.write_text("raise SystemExit(9)\n")
    return stranger


def mode(path: Path, _chance: random.Random) -> Path:
    """Make what can be run no program, or a program of what can't."""
    path.chmod(stat.S_IMODE(path.stat().st_mode) ^ 0o111)
    return path


def link(path: Path, chance: random.Random) -> Path:
    """Put a link to a file that differs in its place."""
    other = chance.choice(_others(path))
    path.unlink()
    path.symlink_to(other)
    return path


def lead_astray(path: Path, _chance: random.Random) -> Path:
    """Let a link lead elsewhere."""
    path.unlink()
    path.symlink_to("/dev/null")
    return path


FILES: Mapping[str, Kind] = {
    "bit flip": flip,
    "truncation": truncate,
    "deletion": delete,
    "swap": swap,
    "stranger": add,
    "mode": mode,
    "link": link,
}
WHOLE = {kind: FILES[kind] for kind in ("bit flip", "truncation", "deletion", "swap", "link")}
"""What is done to a file whose mode and neighbours tell nothing."""

LINKS: Mapping[str, Kind] = {"deletion": delete, "other target": lead_astray}


def _write(path: Path, content: bytes) -> None:
    """Write into the file itself, as a failing disk would: its other names see it, too."""
    with path.open("r+b") as file:
        file.truncate()
        file.write(content)


def _others(path: Path) -> list[Path]:
    """Files with other content, from as near as there are any."""
    content = path.read_bytes()
    for folder in path.parents:
        files = [each for each in sorted(folder.rglob("*")) if _is_whole_file(each)]
        if others := [each for each in files if each.read_bytes() != content]:
            return others
    return []


def _is_whole_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.stat().st_size > 0


@contextmanager
def _times_kept(path: Path) -> Iterator[None]:
    before = path.stat()
    yield
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
