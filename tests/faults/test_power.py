"""A few of the power cuts that `nox -s faults` makes hundreds of, and what a disk may lose."""

import random
from collections.abc import Sequence
from pathlib import Path

from tests.faults.disk import TOP, Altered, Disk, Inode, Named, Step, Synced
from tests.faults.outage import outage
from tests.faults.power import outages

FEW = 8
MANY = 300

OLD, NEW = 1, 2
BEFORE = Disk({OLD: Inode("file", b"old")}, {TOP: {"lock": OLD}})
CREATED: Sequence[Step] = (
    Altered(NEW, Inode("file")),
    Named(((TOP, "new", NEW),)),
    Altered(NEW, Inode("file", b"new")),
)
RENAMED: Step = Named(((TOP, "new", None), (TOP, "lock", NEW)))


def left_over(*steps: Step) -> set[bytes]:
    """What `lock` may hold after a power cut."""
    chance = random.Random(1)
    disks = [outage(BEFORE, steps, chance) for _ in range(MANY)]
    return {disk.listing()["lock"].content for disk in disks}


def test_what_is_cut_off_leaves_the_old_or_the_new_state_and_heals(tmp_path: Path) -> None:
    found = outages(tmp_path, FEW, seed=3)
    assert (found.illegal, found.unhealed) == ([], [])
    assert found.cuts.total() == FEW


def test_a_name_may_lead_to_a_file_whose_content_is_lost() -> None:
    found = left_over(*CREATED, RENAMED)
    assert {b"old", b"new", b"", b"n", b"\0\0\0", b"n\0\0"} <= found


def test_a_file_that_was_synced_is_whole_under_its_old_name_or_its_new_one() -> None:
    assert left_over(*CREATED, Synced(NEW), RENAMED) == {b"old", b"new"}


def test_a_directory_that_was_synced_has_its_names() -> None:
    assert left_over(*CREATED, Synced(NEW), RENAMED, Synced(TOP)) == {b"new"}
    assert left_over(*CREATED, RENAMED, Synced(None)) == {b"new"}


def test_a_rename_between_directories_is_there_in_both_or_in_neither() -> None:
    before = Disk({1: Inode("directory"), 2: Inode("file")}, {TOP: {"a": 1}, 1: {"b": 2}})
    moved = Named(((1, "b", None), (TOP, "b", 2)))
    chance = random.Random(1)
    found = {tuple(outage(before, [moved], chance).listing()) for _ in range(MANY)}
    assert found == {("a", "a/b"), ("a", "b")}
