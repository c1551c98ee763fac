"""What wheels were found to require is remembered with all that it depends on."""

from pathlib import PurePath, PurePosixPath

import pytest
from msgspec.structs import replace

from assembler.app.kept_promises import KeptPromises, Promise
from assembler.errors import MachineError
from tests.fakes.files import MemoryFiles

CACHE = PurePosixPath("/cache")
PROMISE = Promise(
    roots=("a", "b>=1"),
    excluded=("x",),
    environment={"sys_platform": "linux", "python_version": "3.12"},
    wheels=(("a", ("b",), False, "a-1.0-0123"), ("b", (), True, "b-1.0-4567")),
)


class Full(MemoryFiles):
    """Files on a disk that is full."""

    def write(self, path: PurePath, content: bytes, mode: int = 0o644) -> None:
        message = f"no space is left for {len(content)} bytes of `{path}` ({mode:o})"
        raise MachineError(message)


def test_what_was_added_is_there():
    files = MemoryFiles()
    kept = KeptPromises(CACHE, files)
    assert not kept.has(PROMISE)
    kept.add(PROMISE)
    assert KeptPromises(CACHE, files).has(PROMISE)


def test_the_order_of_variables_does_not_count():
    kept = KeptPromises(CACHE, MemoryFiles())
    kept.add(PROMISE)
    assert kept.has(replace(PROMISE, environment=dict(reversed(list(PROMISE.environment.items())))))


@pytest.mark.parametrize(
    "other",
    [
        replace(PROMISE, roots=("a", "b>=2")),
        replace(PROMISE, excluded=()),
        replace(PROMISE, environment={"sys_platform": "linux", "python_version": "3.13"}),
        replace(PROMISE, wheels=PROMISE.wheels[:1]),
        replace(PROMISE, wheels=(("a", (), False, "a-1.0-0123"), PROMISE.wheels[1])),
        replace(PROMISE, wheels=(("a", ("b",), True, "a-1.0-0123"), PROMISE.wheels[1])),
        replace(PROMISE, wheels=(("a", ("b",), False, "a-1.0-0124"), PROMISE.wheels[1])),
    ],
)
def test_all_that_it_depends_on_counts(other: Promise):
    kept = KeptPromises(CACHE, MemoryFiles())
    kept.add(PROMISE)
    assert not kept.has(other)


def test_a_cache_that_can_not_be_written_remembers_nothing():
    kept = KeptPromises(CACHE, Full())
    kept.add(PROMISE)
    assert not kept.has(PROMISE)
