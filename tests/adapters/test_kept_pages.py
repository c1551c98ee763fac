"""Pages in the cache: read in parts, and asked for again where a part is damaged or gone."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath

import pytest

from assembler.adapters.artifacts import CachedArtifacts
from assembler.adapters.disk import Disk
from assembler.adapters.http import PooledHttp
from assembler.adapters.simple_index import IndexSettings, SimpleIndex
from assembler.errors import OfflineError
from assembler.model.distribution import Releases
from tests.fakes.cache_lock import MemoryCacheLock
from tests.servers import JSON, Answer, IndexServer, serve

PAGE = "/simple/demo/"
SHORT, LONG = 1, 200


class Bench:
    """A page of so many versions on an index, fresh for ever, and a cache."""

    def __init__(self, server: IndexServer, cache: Path) -> None:
        self.server = server
        self.cache = cache
        self._opened: list[SimpleIndex] = []

    def serve(self, versions: int) -> None:
        """From now on the page has versions from 1.0 on, each with an sdist."""
        files = [
            {"filename": f"demo-1.{number}.tar.gz", "url": "x" * 200} for number in range(versions)
        ]
        body = json.dumps({"meta": {"api-version": "1.0"}, "files": files}).encode()
        headers = {"Content-Type": JSON, "Cache-Control": "max-age=9999999"}
        self.server.always[PAGE] = Answer(200, body, headers)

    def page(self, *, offline: bool = False, files: Disk | None = None) -> Releases:
        """The page as a new run has it."""
        http = PooledHttp(offline=offline, sleep=lambda _: None)
        settings = IndexSettings(cache=self.cache, offline=offline)
        artifacts = CachedArtifacts(http, self.cache, MemoryCacheLock())
        index = SimpleIndex(http, artifacts, files or Disk(), settings)
        self._opened.append(index)
        return index.releases(self.server.url, "demo")

    @property
    def kept(self) -> Path:
        """The file in the cache."""
        (path,) = (self.cache / "pages-4").iterdir()
        return path

    @property
    def asked(self) -> int:
        """How often the page was asked for."""
        return self.server.asked(PAGE)

    def close(self) -> None:
        for index in self._opened:
            index.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with serve({}) as server:
        opened = Bench(server, tmp_path / "cache")
        yield opened
        opened.close()


def offered(page: Releases) -> list[str]:
    """The versions that have an sdist."""
    return [release.version for release in page.releases if release.sdist]


def changed(path: Path, at: int) -> None:
    """Change one bit of the byte at a position."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("versions", [0, SHORT, LONG])
def test_a_page_is_read_from_the_cache_as_it_was_kept(bench: Bench, versions: int) -> None:
    bench.serve(versions)
    fetched = bench.page()
    expected = [f"1.{number}" for number in reversed(range(versions))]
    assert offered(fetched) == list(fetched.versions) == expected
    assert tuple(bench.page(offline=True).releases) == tuple(fetched.releases)
    assert bench.asked == 1


@pytest.mark.parametrize("versions", [SHORT, LONG])
def test_wherever_a_page_is_damaged_it_is_asked_for_again(bench: Bench, versions: int) -> None:
    bench.serve(versions)
    expected = offered(bench.page())
    size = bench.kept.stat().st_size
    places = [0, 20, 60, size // 2, size - 1]
    for place in places:
        changed(bench.kept, place)
        assert offered(bench.page()) == expected
    assert bench.asked == 1 + len(places)


@pytest.mark.parametrize("versions", [SHORT, LONG])
def test_wherever_a_page_ends_it_is_asked_for_again(bench: Bench, versions: int) -> None:
    bench.serve(versions)
    expected = offered(bench.page())
    whole = bench.kept.read_bytes()
    places = [0, 50, len(whole) - 1]
    for place in places:
        bench.kept.write_bytes(whole[:place])
        assert offered(bench.page()) == expected
    assert bench.asked == 1 + len(places)


@pytest.mark.parametrize("versions", [SHORT, LONG])
def test_damage_is_told_offline(bench: Bench, versions: int) -> None:
    bench.serve(versions)
    bench.page()
    changed(bench.kept, -1)
    page = bench.page(offline=True)
    with pytest.raises(OfflineError) as caught:
        offered(page)
    assert caught.value.things == (f"the page of `demo` on `{bench.server.url}`",)


@pytest.mark.parametrize("harm", [lambda path: changed(path, -1), Path.unlink])
def test_what_is_damaged_or_gone_meanwhile_is_asked_for_again(
    bench: Bench, harm: Callable[[Path], None]
) -> None:
    bench.serve(LONG)
    bench.page()
    page = bench.page()
    harm(bench.kept)
    assert page.releases[-1].sdist
    assert bench.asked == 2


def test_a_page_that_another_run_replaces_is_read_on(bench: Bench) -> None:
    bench.serve(LONG)
    bench.page()
    page = bench.page()
    bench.kept.unlink()
    bench.serve(LONG + 1)
    bench.page()
    assert offered(page) == list(page.versions)
    assert bench.asked == 2


def test_a_version_that_the_index_no_longer_has_is_without_files(bench: Bench) -> None:
    bench.serve(LONG)
    bench.page()
    page = bench.page()
    bench.kept.unlink()
    bench.serve(SHORT)
    assert (page.releases[-2].version, page.releases[-2].sdist) == ("1.1", None)


class Measured(Disk):
    """A disk that counts the bytes that are read in parts, and reads no page whole."""

    def __init__(self) -> None:
        self.read_bytes = 0

    def read(self, path: PurePath) -> bytes:
        assert path.parent.name != "pages-4"
        return super().read(path)

    def read_part(self, path: PurePath, start: int, length: int) -> bytes:
        found = super().read_part(path, start, length)
        self.read_bytes += len(found)
        return found


def test_of_a_long_page_its_beginning_is_read_and_the_version_that_is_looked_at(
    bench: Bench,
) -> None:
    bench.serve(LONG)
    bench.page()
    disk = Measured()
    page = bench.page(offline=True, files=disk)
    assert len(page.versions) == LONG
    beginning = disk.read_bytes
    assert beginning < bench.kept.stat().st_size / 2
    assert page.releases[0].sdist
    assert disk.read_bytes == beginning
    assert page.releases[-1].sdist
    assert 0 < disk.read_bytes - beginning < 1000


def test_an_unchanged_page_is_kept_as_it_is(bench: Bench) -> None:
    bench.serve(LONG)
    answer = bench.server.always[PAGE]
    stale = {**answer.headers, "Cache-Control": "no-cache", "ETag": '"x"'}
    bench.server.always[PAGE] = Answer(200, answer.body, stale)
    expected = offered(bench.page())
    bench.server.always[PAGE] = Answer(304, b"", {"Cache-Control": "max-age=9999999"})
    assert offered(bench.page()) == expected
    assert offered(bench.page()) == expected
    assert bench.asked == 2


class Remembering(Disk):
    """A disk that opens no page of the cache."""

    def read_part(self, path: PurePath, start: int, length: int) -> bytes:
        raise AssertionError(path, start, length)


def test_what_was_looked_at_is_remembered(bench: Bench) -> None:
    bench.serve(LONG)
    page = bench.page()
    looked = [page.releases[position] for position in (0, 7)]
    bench.close()
    again = bench.page(offline=True, files=Remembering())
    assert [again.releases[position] for position in (0, 7)] == looked
    assert len(again.versions) == LONG


def test_what_was_not_looked_at_is_read_from_the_page(bench: Bench) -> None:
    bench.serve(LONG)
    page = bench.page()
    assert page.releases[0].sdist
    bench.close()
    again = bench.page(offline=True)
    assert again.releases[-1] == page.releases[-1]
    bench.close()
    third = bench.page(offline=True, files=Remembering())
    assert [third.releases[0], third.releases[-1]] == [page.releases[0], page.releases[-1]]


def test_a_page_that_is_fetched_again_is_not_remembered_as_it_was(bench: Bench) -> None:
    bench.serve(SHORT)
    assert offered(bench.page()) == ["1.0"]
    bench.close()
    bench.kept.unlink()
    bench.serve(SHORT + 1)
    assert offered(bench.page()) == ["1.1", "1.0"]
    bench.close()
    assert offered(bench.page(offline=True)) == ["1.1", "1.0"]


def test_a_remembered_page_is_asked_for_when_it_is_no_longer_fresh(bench: Bench) -> None:
    bench.serve(SHORT)
    answer = bench.server.always[PAGE]
    bench.server.always[PAGE] = Answer(
        200, answer.body, {**answer.headers, "Cache-Control": "no-cache"}
    )
    assert offered(bench.page()) == ["1.0"]
    bench.close()
    bench.serve(SHORT + 1)
    assert offered(bench.page()) == ["1.1", "1.0"]
    assert bench.asked == 2


def test_no_credentials_are_remembered(bench: Bench) -> None:
    bench.serve(SHORT)
    http = PooledHttp(sleep=lambda _: None)
    artifacts = CachedArtifacts(http, bench.cache, MemoryCacheLock())
    index = SimpleIndex(http, artifacts, Disk(), IndexSettings(cache=bench.cache))
    assert offered(index.releases(bench.server.url.replace("//", "//me:hidden@"), "demo"))
    index.close()
    (kept,) = (bench.cache / "recent-1").iterdir()
    assert b"/demo/" in kept.read_bytes()
    assert b"hidden" not in kept.read_bytes()
    assert offered(bench.page(offline=True, files=Remembering())) == ["1.0"]
