"""Links of environments are remembered by the wheels that they lead to."""

from collections.abc import Callable
from pathlib import PurePath, PurePosixPath

import pytest

from assembler.app.kept_layouts import FOLDER, KeptLayouts
from assembler.errors import MachineError
from assembler.model.distribution import Link, StoredWheel
from tests.fakes.files import MemoryFiles

CACHE = PurePosixPath("/cache")
ONE = StoredWheel(key="one-1.0-0123", name="one", version="1.0")
TWO = StoredWheel(key="two-1.0-4567", name="two", version="1.0")
LINKS = (Link("lib/one", "one-1.0-0123/site/one"), Link("lib/two", "two-1.0-4567/site/two"))


class Full(MemoryFiles):
    """Files on a disk that is full."""

    def write(self, path: PurePath, content: bytes, mode: int = 0o644) -> None:
        message = f"no space is left for {len(content)} bytes of `{path}` ({mode:o})"
        raise MachineError(message)


def only(files: MemoryFiles) -> PurePath:
    (name,) = files.names(CACHE / FOLDER)
    return CACHE / FOLDER / name


def test_what_was_added_is_there():
    files = MemoryFiles()
    assert KeptLayouts("3.12", CACHE, files).links([ONE, TWO]) is None
    KeptLayouts("3.12", CACHE, files).add([ONE, TWO], LINKS)
    assert KeptLayouts("3.12", CACHE, files).links([ONE, TWO]) == LINKS


def test_the_wheels_their_order_and_the_python_count():
    files = MemoryFiles()
    kept = KeptLayouts("3.12", CACHE, files)
    kept.add([ONE, TWO], LINKS)
    assert kept.links([TWO, ONE]) is None
    assert kept.links([ONE]) is None
    assert KeptLayouts("3.13", CACHE, files).links([ONE, TWO]) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda content: content[:-1],
        lambda content: content[:5] + bytes([content[5] ^ 1]) + content[6:],
        lambda content: b"\xa6\x9f\x0d\x3d" + content[4:],
    ],
)
def test_what_is_damaged_is_worked_out_again(damage: Callable[[bytes], bytes]):
    files = MemoryFiles()
    kept = KeptLayouts("3.12", CACHE, files)
    kept.add([ONE, TWO], LINKS)
    path = only(files)
    files.replace(path, damage(files.read(path)))
    assert kept.links([ONE, TWO]) is None
    kept.add([ONE, TWO], LINKS)
    assert only(files) == path
    assert kept.links([ONE, TWO]) == LINKS


def test_a_cache_that_can_not_be_written_remembers_nothing():
    kept = KeptLayouts("3.12", CACHE, Full())
    kept.add([ONE, TWO], LINKS)
    assert kept.links([ONE, TWO]) is None
