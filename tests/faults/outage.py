"""What is left on a disk when the power goes: one of the states that a journaling disk allows.

Of what was done up to that moment, everything stands that was synced since: the content, mode and
time of a file that was synced; the names in a directory that was synced; after `syncfs` all of it.
Of the rest, chance decides:

- Names: of each directory, a beginning of what was done to it in order, perhaps nothing. A rename
  is there in both directories or in neither. Every other time the whole disk has one journal, as
  ext4 and XFS have: then what is left is a beginning of what was done to any directory, and any
  sync saves all that was done to names before it.
- Content: what was written, what was there before, a part of it, nothing, or zeros in its place,
  at the old length or the new one. So a new name may well lead to an empty file: renaming saves
  nothing.
- Modes and times: the old ones or the new ones, whatever happened to the content.

A file's sync does not save its name where each directory stands for itself; POSIX asks no more.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from tests.faults.disk import Altered, Disk, Inode, Named, Step, Synced

LOST = (0.0, 0.03, 0.2, 1.0)
"""How likely each unsynced change of names is the first to be lost."""

Journal = Callable[[int], int]
"""The journal that a directory's names are written in."""


def outage(before: Disk, steps: Sequence[Step], chance: random.Random) -> Disk:
    """What is left of the disk after these steps."""
    journal: Journal = chance.choice((_one, _each))
    left = before.copy()
    kept = _kept(steps, _saved(steps, journal), journal, chance)
    for step in kept:
        left.apply(step)
    left.inodes = _inodes(before, steps, chance)
    return left


def _one(_directory: int) -> int:
    return 0


def _each(directory: int) -> int:
    return directory


def _journals(step: Named, journal: Journal) -> set[int]:
    return {journal(directory) for directory, _, _ in step.places}


def _saved(steps: Sequence[Step], journal: Journal) -> set[int]:
    """Which changes of names were synced, or stand before such ones in a journal."""
    saved, synced, everything = set[int](), set[int](), False
    for at in reversed(range(len(steps))):
        step = steps[at]
        if isinstance(step, Synced):
            everything = everything or step.number is None
            synced |= set() if step.number is None else {journal(step.number)}
        elif isinstance(step, Named):
            journals = _journals(step, journal)
            if everything or not synced.isdisjoint(journals):
                saved.add(at)
                synced |= journals
    return saved


def _kept(
    steps: Sequence[Step], saved: set[int], journal: Journal, chance: random.Random
) -> list[Named]:
    """The changes of names that are left: those that were saved, and perhaps some more."""
    lost, kept, closed = chance.choice(LOST), list[Named](), set[int]()
    for at, step in enumerate(steps):
        if not isinstance(step, Named):
            continue
        journals = _journals(step, journal)
        if at not in saved and (closed & journals or chance.random() < lost):
            closed |= journals
        else:
            kept.append(step)
    return kept


def _inodes(before: Disk, steps: Sequence[Step], chance: random.Random) -> dict[int, Inode]:
    safe, now = dict(before.inodes), dict(before.inodes)
    for step in steps:
        if isinstance(step, Altered):
            if step.number not in now:
                safe[step.number] = step.inode
            now[step.number] = step.inode
        elif isinstance(step, Synced):
            safe |= now if step.number is None else _only(step.number, now)
    return {
        number: inode if safe[number] == inode else _left(safe[number], inode, chance)
        for number, inode in now.items()
    }


def _only(number: int, inodes: dict[int, Inode]) -> dict[int, Inode]:
    return {number: inodes[number]} if number in inodes else {}


def _left(old: Inode, new: Inode, chance: random.Random) -> Inode:
    """An inode that was changed after it was synced."""
    content = new.content if old.content == new.content else _torn(old, new, chance)
    mode, time = chance.choice((old, new)).mode, chance.choice((old, new)).time
    return replace(new, content=content, mode=mode, time=time)


def _torn(old: Inode, new: Inode, chance: random.Random) -> bytes:
    stays = old.content if new.content.startswith(old.content) else b""
    tail = new.content[len(stays) :]
    part = tail[: chance.randrange(len(tail))] if tail else b""
    left = (tail, b"", part, part.ljust(len(tail), b"\0"), bytes(len(tail)))
    return chance.choice((old.content, *(stays + each for each in left)))
