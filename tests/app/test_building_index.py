"""Sdists that only building tells about, built once and early."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Event

import pytest

from assembler.app.building_index import BuildingIndex
from assembler.errors import PartError
from assembler.model.distribution import CoreMetadata, DistributionFile
from tests.fakes.index import URL, MemoryIndex

LONG = 60
METADATA = CoreMetadata(name="a", version="1", requires_dist=("b",))


def unheard(_: CoreMetadata) -> None:
    return


def files(index: MemoryIndex, name: str) -> tuple[DistributionFile, ...]:
    (release,) = index.releases(URL, name).releases
    return tuple(filter(None, (*release.wheels, release.sdist)))


@contextmanager
def building(
    index: MemoryIndex, build: Callable[[DistributionFile], CoreMetadata]
) -> Iterator[BuildingIndex]:
    with closing(BuildingIndex(index, build, jobs=1)) as made:
        yield made


def test_what_is_anticipated_is_built_before_it_is_asked_for() -> None:
    index = MemoryIndex({"a": {"1": {"wheels": [], "sdist": "dynamic"}}})
    built: list[str] = []
    told = Event()

    def build(file: DistributionFile) -> CoreMetadata:
        built.append(file.filename)
        return METADATA

    with building(index, build) as ahead:
        ahead.anticipate_metadata(files(index, "a"), lambda _: told.set())
        assert told.wait(LONG)
        assert built == ["a-1.tar.gz"]
        assert ahead.metadata(files(index, "a")[0]) is METADATA
    assert built == ["a-1.tar.gz"]


def test_wheels_and_sdists_that_say_what_they_need_are_never_built() -> None:
    index = MemoryIndex({"a": {"1": {"sdist": True, "requires": ["b"]}}})
    told = Event()

    def build(file: DistributionFile) -> CoreMetadata:
        raise AssertionError(file)

    with building(index, build) as ahead:
        wheel, sdist = files(index, "a")
        ahead.anticipate_metadata([wheel, sdist], lambda _: told.set())
        assert told.wait(LONG)
        assert ahead.metadata(sdist) == METADATA
    assert index.anticipated_files == ["a-1-py3-none-any.whl"]


def test_what_is_asked_for_does_not_wait_for_what_is_anticipated() -> None:
    """With one turn taken by `a`, `b` waits for its own, yet who asks for `b` builds it at once."""
    dynamic = {"1": {"wheels": [], "sdist": "dynamic"}}
    index = MemoryIndex({"a": dynamic, "b": dynamic})
    begun, go_on = Event(), Event()
    built: list[str] = []

    def build(file: DistributionFile) -> CoreMetadata:
        built.append(file.filename)
        if file.filename.startswith("a"):
            begun.set()
            assert go_on.wait(LONG)
        return METADATA

    with building(index, build) as ahead:
        ahead.anticipate_metadata(files(index, "a"), unheard)
        assert begun.wait(LONG)
        ahead.anticipate_metadata(files(index, "b"), unheard)
        ahead.metadata(files(index, "b")[0])
        go_on.set()
        ahead.metadata(files(index, "a")[0])
    assert built == ["a-1.tar.gz", "b-1.tar.gz"]


def test_a_build_that_fails_is_an_error_only_for_who_asks() -> None:
    index = MemoryIndex({"a": {"1": {"wheels": [], "sdist": "dynamic"}}})
    failed = PartError("building `a` failed")
    built: list[str] = []

    def build(file: DistributionFile) -> CoreMetadata:
        built.append(file.filename)
        raise failed

    with building(index, build) as ahead:
        ahead.anticipate_metadata(files(index, "a"), unheard)
        for _ in range(2):
            with pytest.raises(PartError) as caught:
                ahead.metadata(files(index, "a")[0])
            assert caught.value is failed
    assert built == ["a-1.tar.gz"]


def test_closing_does_not_wait_for_a_build_that_nobody_asked_for() -> None:
    index = MemoryIndex({"a": {"1": {"wheels": [], "sdist": "dynamic"}}})
    begun, go_on = Event(), Event()

    def build(_: DistributionFile) -> CoreMetadata:
        begun.set()
        assert go_on.wait(LONG)
        return METADATA

    with building(index, build) as ahead:
        ahead.anticipate_metadata(files(index, "a"), unheard)
        assert begun.wait(LONG)
    go_on.set()
