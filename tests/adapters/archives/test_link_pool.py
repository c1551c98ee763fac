"""Links that environments have in common, on a real disk."""

import os
from pathlib import Path

import pytest

from assembler.adapters.archives.link_pool import LinkPool

TARGETS = {"one": "../store/one", "two": "../store/two"}


@pytest.fixture
def environments(tmp_path: Path) -> list[Path]:
    """The empty folders of three environments."""
    folders = [tmp_path / name for name in ("a", "b", "c")]
    for folder in folders:
        folder.mkdir()
    return folders


def inodes(folder: Path) -> list[int]:
    """The inodes of an environment's links, all of which say what they should."""
    assert {path.name: os.readlink(path) for path in folder.iterdir()} == TARGETS
    return [(folder / name).lstat().st_ino for name in TARGETS]


def test_equal_links_are_one_inode(tmp_path: Path, environments: list[Path]) -> None:
    for folder in environments:
        LinkPool(tmp_path / "pool").make(folder, TARGETS)
    first, *others = map(inodes, environments)
    assert all(each == first for each in others)
    assert len(set(first)) == 2


def test_a_kept_link_that_says_something_else_is_not_used(
    tmp_path: Path, environments: list[Path]
) -> None:
    pool = LinkPool(tmp_path / "pool")
    pool.make(environments[0], TARGETS)
    kept = sorted((tmp_path / "pool").iterdir())
    for path in kept:
        path.unlink()
    kept[0].symlink_to("elsewhere")
    kept[1].write_text("no link")
    for folder in environments[1:]:
        pool.make(folder, TARGETS)
        inodes(folder)
    assert (kept[0].readlink(), kept[1].read_text()) == (Path("elsewhere"), "no link")


def test_links_are_made_where_none_can_be_kept(tmp_path: Path, environments: list[Path]) -> None:
    (tmp_path / "pool").write_text("no folder")
    for folder in environments:
        LinkPool(tmp_path / "pool").make(folder, TARGETS)
        inodes(folder)


def test_what_stands_there_is_no_link_to_be_made(tmp_path: Path, environments: list[Path]) -> None:
    pool = LinkPool(tmp_path / "pool")
    for folder in environments:
        pool.make(folder, TARGETS)
        with pytest.raises(FileExistsError):
            pool.make(folder, TARGETS)
        inodes(folder)
