"""Paths that differ in case only: harmless, unless the disk takes them for one."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from assembler.adapters.archives.members import RefusedError

FoldsCase: TypeAlias = Callable[[Path], bool]
"""Whether the disk of a directory takes names that differ in case only for one."""


def folds_case(directory: Path) -> bool:
    """Try it: make a directory in this one, and look for it under its name in capitals."""
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - few paths have twins

    with TemporaryDirectory(prefix="case-", dir=directory) as made:
        return os.path.lexists(directory / Path(made).name.upper())


def check_case(paths: Iterable[str], directory: Path, folds: FoldsCase = folds_case) -> None:
    """Refuse paths that differ in case only where the directory's disk would mix them up."""
    twins = next(_twins(paths), None)
    if twins and folds(directory):
        first, second = twins
        raise RefusedError(
            f"`{first}` and `{second}` differ in case only, which this disk can't tell apart"
        )


def _twins(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    spelled: dict[str, str] = {}
    for path in paths:
        part = path
        while part and spelled.get(folded := part.casefold()) != part:
            other = spelled.setdefault(folded, part)
            if other != part:
                yield other, part
            part = part.rpartition("/")[0]
