"""Keeps what a command said that changed nothing, for `assembler.cli.answers`."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from assembler.adapters.disk import Disk
from assembler.adapters.disk.watching import WatchedVariables, WatchingDisk
from assembler.cli.answers import file_of, folder, question, worded, written
from assembler.errors import MachineError

COARSE, FINE = 2_000_000_000, 100_000_000
"""Nanoseconds within which two changes of a file may leave one mtime, where that is kept in whole
seconds and where it is kept in parts of them."""

_SECOND = 1_000_000_000

_CODE = "\x1b"


def lasts(
    said: Sequence[tuple[int, str]],
    disk: WatchingDisk,
    variables: WatchedVariables,
    started: int,
) -> bool:
    """Whether it can be told when this no longer holds, and it reads the same everywhere.

    `started` is when looking began (ns): what was changed just before might be changed again
    without showing.
    """
    plain = all(text.isascii() and _CODE not in text for _, text in said)
    old = all(was is None or _is_old(was[2], started) for was in disk.seen.values())
    return plain and old and disk.settled and not variables.all_asked


def _is_old(mtime: int, started: int) -> bool:
    return mtime < started - (FINE if mtime % _SECOND else COARSE)


def keep(
    arguments: Sequence[str],
    said: Sequence[tuple[int, str]],
    disk: WatchingDisk,
    variables: WatchedVariables,
) -> None:
    """Keep what was said to these arguments; where the cache can't be written, nothing is kept."""
    for place in sys.path:
        disk.names(Path(place))
    seen = {path: "" if was is None else worded(*was) for path, was in disk.seen.items()}
    asked = question(arguments)
    path = Path(file_of(asked, folder(os.environ)))
    with suppress(MachineError):
        Disk().replace(path, written(asked, variables.asked, seen, said), 0o600)
