"""What was looked at lately, in one file of the cache."""

from pathlib import Path

import msgspec
import pytest

from assembler.adapters.disk import Disk
from assembler.adapters.simple_index.kept import PageHeader
from assembler.adapters.simple_index.recent import Recent, RecentPage, stamp_of
from assembler.model.distribution import CoreMetadata, DistributionFile, ProjectStatus, Release
from assembler.ports import FileState

STATE = FileState(kind="file", size=7, mode=0o644, mtime=10**18)
URL = "https://index.example/simple/demo/"
METADATA = CoreMetadata(name="demo", version="1.0", requires_dist=("other>=2",))


def page() -> RecentPage:
    """A page of which one release was looked at."""
    file = DistributionFile(filename="demo-1.0.tar.gz", url=f"{URL}demo-1.0.tar.gz", yanked="")
    return RecentPage(
        stamp=stamp_of(STATE),
        header=PageHeader(read=1.5, fresh=600.0, etag="x"),
        versions=("1.0", "0.9"),
        status=ProjectStatus("archived", "done"),
        releases={0: Release(version="1.0", sdist=file)},
    )


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_pages_and_metadata_come_back_as_they_were(cache: Path) -> None:
    Recent(cache, Disk()).remember({URL: page()}, {"ab": METADATA})
    recent = Recent(cache, Disk())
    assert recent.page(URL, STATE) == page()
    assert recent.metadata("ab") == METADATA
    assert recent.page(f"{URL}x", STATE) is None
    assert recent.metadata("cd") is None


@pytest.mark.parametrize(
    "state",
    [
        None,
        FileState(kind="file", size=8, mode=0o644, mtime=10**18),
        FileState(kind="file", size=7, mode=0o644, mtime=10**18 + 1),
    ],
)
def test_a_page_whose_file_is_another_is_not_known(cache: Path, state: FileState | None) -> None:
    Recent(cache, Disk()).remember({URL: page()}, {})
    assert Recent(cache, Disk()).page(URL, state) is None


def test_what_is_new_is_remembered_beside_the_rest(cache: Path) -> None:
    Recent(cache, Disk()).remember({URL: page()}, {"ab": METADATA})
    Recent(cache, Disk()).remember({}, {"cd": METADATA})
    recent = Recent(cache, Disk())
    assert recent.page(URL, STATE)
    assert recent.metadata("ab") == recent.metadata("cd") == METADATA


def test_nothing_is_written_where_nothing_is_new(cache: Path) -> None:
    Recent(cache, Disk()).remember({}, {})
    assert not cache.exists()


def test_the_longest_unused_goes_when_there_is_no_room(cache: Path) -> None:
    Recent(cache, Disk()).remember({}, dict.fromkeys("abc", METADATA))
    recent = Recent(cache, Disk(), most=2 * len(msgspec.msgpack.encode(METADATA)))
    assert recent.metadata("a")
    recent.remember({}, {"d": METADATA})
    after = Recent(cache, Disk())
    assert [key for key in "abcd" if after.metadata(key)] == ["a", "d"]


@pytest.mark.parametrize("at", [0, 5, 12, 60, -1])
def test_a_damaged_file_says_nothing_and_is_made_anew(cache: Path, at: int) -> None:
    Recent(cache, Disk()).remember({URL: page()}, {})
    (kept,) = (cache / "recent-1").iterdir()
    content = bytearray(kept.read_bytes())
    content[at] ^= 1
    kept.write_bytes(content)
    recent = Recent(cache, Disk())
    assert recent.page(URL, STATE) is None
    recent.remember({URL: page()}, {})
    assert Recent(cache, Disk()).page(URL, STATE) == page()


def test_what_another_version_wrote_says_nothing(cache: Path) -> None:
    Recent(cache, Disk(), writer="0.0.1").remember({}, {"ab": METADATA})
    assert Recent(cache, Disk()).metadata("ab") is None


def test_what_others_remembered_meanwhile_stays(cache: Path) -> None:
    one, other = Recent(cache, Disk()), Recent(cache, Disk())
    assert one.metadata("ab") is other.metadata("ab") is None
    one.remember({}, {"ab": METADATA})
    other.remember({}, {"cd": METADATA})
    after = Recent(cache, Disk())
    assert after.metadata("ab") == after.metadata("cd") == METADATA


def test_a_cache_that_is_none_is_no_error(cache: Path) -> None:
    cache.write_text("a file")
    Recent(cache, Disk()).remember({}, {"ab": METADATA})
    assert Recent(cache, Disk()).metadata("ab") is None
