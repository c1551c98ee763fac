"""The index adapter: what it caches, and what it asks."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from threading import Barrier, Thread

import pytest
from inline_snapshot import snapshot

from assembler.adapters.artifacts import CachedArtifacts
from assembler.adapters.disk import Disk
from assembler.adapters.http import PooledHttp
from assembler.adapters.simple_index import IndexSettings, SimpleIndex
from assembler.errors import IntegrityError, NetworkError
from assembler.model.distribution import (
    CoreMetadata,
    DistributionFile,
    ProjectStatus,
    Release,
    Releases,
)
from tests.fakes.cache_lock import MemoryCacheLock
from tests.servers import HTML, JSON, Answer, IndexServer, Manners, serve
from tests.wheels import make_sdist, make_wheel, metadata

WHEEL, CONTENT = make_wheel("demo", "1.0", requires=["other"])
PAGE = "/simple/demo/"
SIBLING = f"/files/{WHEEL}.metadata"


class Bench:
    """Indexes over one server and one cache, at a time that tests set."""

    def __init__(self, folder: Path, server: IndexServer) -> None:
        self.server = server
        self.cache = folder / "cache"
        self.now = 1000.0
        self._opened: list[SimpleIndex] = []

    def index(self, *, offline: bool = False) -> SimpleIndex:
        """An index as a new run has it."""
        http = PooledHttp(offline=offline, sleep=lambda _: None)
        settings = IndexSettings(
            cache=self.cache,
            offline=offline,
            flat=frozenset({self.server.links}),
            clock=lambda: self.now,
        )
        artifacts = CachedArtifacts(http, self.cache, MemoryCacheLock())
        index = SimpleIndex(http, artifacts, Disk(), settings)
        self._opened.append(index)
        return index

    def wheel(self, index: SimpleIndex) -> DistributionFile:
        """The only wheel."""
        return index.releases(self.server.url, "demo").releases[0].wheels[0]

    def close(self) -> None:
        for index in self._opened:
            index.close()


def read_whole(page: Releases) -> tuple[Release, ...]:
    """The releases of a page, every one read."""
    return tuple(page.releases)


@pytest.fixture
def manners() -> Manners:
    return Manners()


@pytest.fixture
def bench(tmp_path: Path, manners: Manners) -> Iterator[Bench]:
    with serve({WHEEL: CONTENT}, manners) as server:
        opened = Bench(tmp_path, server)
        yield opened
        opened.close()


def test_a_page_is_asked_for_once_in_a_run(bench: Bench) -> None:
    index = bench.index()
    assert index.releases(bench.server.url, "demo") is index.releases(bench.server.url, "demo")
    assert bench.server.asked(PAGE) == 1


def test_a_fresh_page_is_not_asked_for(bench: Bench, manners: Manners) -> None:
    manners.max_age = 600
    first = read_whole(bench.index().releases(bench.server.url, "demo"))
    bench.now += 599
    assert read_whole(bench.index().releases(bench.server.url, "demo")) == first
    assert bench.server.asked(PAGE) == 1


@pytest.mark.parametrize("passed", [600, -1])
def test_an_old_page_is_asked_for(bench: Bench, manners: Manners, passed: int) -> None:
    manners.max_age = 600
    bench.index().releases(bench.server.url, "demo")
    bench.now += passed
    bench.index().releases(bench.server.url, "demo")
    assert bench.server.asked(PAGE) == 2
    assert "if-none-match" in bench.server.requests[-1][1]


def test_a_changed_page_replaces_the_old(bench: Bench) -> None:
    assert len(bench.index().releases(bench.server.url, "demo").releases) == 1
    filename, content = make_wheel("demo", "2.0")
    bench.server.files[filename] = content
    assert len(bench.index().releases(bench.server.url, "demo").releases) == 2


def test_a_damaged_cache_is_asked_for_again(bench: Bench, manners: Manners) -> None:
    manners.max_age = 600
    bench.index().metadata(bench.wheel(bench.index()))
    for path in bench.cache.rglob("*.msgpack"):
        path.write_bytes(path.read_bytes()[:-3])
    assert bench.index().metadata(bench.wheel(bench.index())).version == "1.0"


def test_offline_uses_old_pages(bench: Bench) -> None:
    first = read_whole(bench.index().releases(bench.server.url, "demo"))
    bench.now += 1_000_000
    index = bench.index(offline=True)
    index.anticipate([(bench.server.url, "demo")])
    assert read_whole(index.releases(bench.server.url, "demo")) == first
    assert bench.server.asked(PAGE) == 1


def test_offline_says_what_is_missing(bench: Bench) -> None:
    with pytest.raises(NetworkError) as caught:
        bench.index(offline=True).releases("https://acme.example/simple/", "demo")
    assert caught.value.message == snapshot(
        "the page of `demo` on `https://acme.example/simple/` is not cached, and nothing is"
        " fetched offline"
    )
    wheel = bench.wheel(bench.index())
    with pytest.raises(NetworkError) as caught:
        bench.index(offline=True).metadata(wheel)
    message = caught.value.message.replace(bench.server.origin, "http://127.0.0.1")
    assert message == snapshot(
        "`http://127.0.0.1/files/demo-1.0-py3-none-any.whl` is not cached, and nothing is"
        " fetched offline"
    )


@pytest.mark.parametrize("status", [401, 403])
def test_a_page_that_may_not_be_read(bench: Bench, status: int) -> None:
    bench.server.script(PAGE, Answer(status))
    with pytest.raises(NetworkError, match=f"answers {status}") as caught:
        bench.index().releases(bench.server.url, "demo")
    (hint,) = caught.value.hints
    assert hint == (
        "for the index `NAME` set `ASSEMBLER_INDEX_NAME_USERNAME` and "
        "`ASSEMBLER_INDEX_NAME_PASSWORD`, or use netrc or a keyring"
    )


def test_a_file_index_that_is_not_there(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="there is no index at"):
        bench.index().releases((tmp_path / "nowhere").as_uri(), "demo")


def test_files_of_this_machine_have_hashes(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "flat").mkdir()
    (tmp_path / "flat" / WHEEL).write_bytes(CONTENT)
    page = bench.index().releases((tmp_path / "flat").as_uri(), "demo")
    wheel = page.releases[0].wheels[0]
    assert wheel.size == len(CONTENT)
    assert wheel.sha256 == bench.wheel(bench.index()).sha256


def test_credentials_are_in_no_answer(bench: Bench) -> None:
    url = bench.server.url.replace("//", "//me:secret@")
    page = bench.index().releases(url, "demo")
    assert page.index == bench.server.url
    assert "secret" not in repr(page)
    assert not any(b"secret" in path.read_bytes() for path in bench.cache.rglob("*.msgpack"))


def test_metadata_is_read_once(bench: Bench) -> None:
    index = bench.index()
    wheel = bench.wheel(index)
    assert index.metadata(wheel) is index.metadata(wheel)
    bench.index().metadata(wheel)
    bench.index(offline=True).metadata(wheel)
    assert bench.server.asked(SIBLING) == 1
    assert bench.server.asked(f"/files/{WHEEL}") == 0


def test_anticipated_pages_are_fetched_once(bench: Bench) -> None:
    index = bench.index()
    index.anticipate([(bench.server.url, "demo")] * 5)
    index.anticipate_metadata([bench.wheel(index)] * 5, lambda _: None)
    index.metadata(bench.wheel(index))
    index.close()
    assert bench.server.asked(PAGE) == 1
    assert bench.server.asked(SIBLING) == 1


def test_anticipated_metadata_is_told(bench: Bench) -> None:
    index = bench.index()
    told: SimpleQueue[CoreMetadata] = SimpleQueue()
    index.anticipate_metadata([bench.wheel(index)], told.put)
    assert told.get(timeout=30) == index.metadata(bench.wheel(index))


def test_anticipation_is_silent_about_failures(bench: Bench) -> None:
    bench.server.script(PAGE, *[Answer(503)] * 4)
    index = bench.index()
    index.anticipate([(bench.server.url, "demo")])
    index.close()
    with pytest.raises(NetworkError):
        index.releases(bench.server.url, "demo")


def test_threads_share_one_result(bench: Bench) -> None:
    index, barrier = bench.index(), Barrier(8)

    def ask() -> None:
        barrier.wait(10)
        bench.wheel(index)

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert bench.server.asked(PAGE) == 1


def read(bench: Bench) -> Callable[[], object]:
    index = bench.index()
    wheel = bench.wheel(index)
    return lambda: index.metadata(wheel)


def test_a_sibling_with_another_hash(bench: Bench) -> None:
    bench.server.script(SIBLING, Answer(200, metadata("demo", "1.0").encode()))
    with pytest.raises(IntegrityError) as caught:
        read(bench)()
    assert caught.value.message == snapshot(
        "the metadata of `demo-1.0-py3-none-any.whl` has another hash than its index says"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            metadata("other", "1.0"),
            "is of `other 1.0`",
        ),
        (
            metadata("demo", "1.1"),
            "is of `demo 1.1`",
        ),
        (
            "Version: 1.0\n",
            "is not valid: it has no name or no version",
        ),
    ],
)
def test_metadata_that_is_refused(
    bench: Bench, manners: Manners, content: str, message: str
) -> None:
    manners.formats, manners.hashed = (), False
    index = bench.index()
    file = DistributionFile(filename=WHEEL, url=bench.server.file_url(WHEEL), metadata="")
    bench.server.script(SIBLING, Answer(200, content.encode()))
    with pytest.raises(IntegrityError) as caught:
        index.metadata(file)
    assert caught.value.message == f"the metadata of `{WHEEL}` {message}"


def test_a_sibling_that_nobody_announced_must_fit(bench: Bench, manners: Manners) -> None:
    manners.announced = manners.ranges = False
    bench.server.script(SIBLING, Answer(200, b"<html>welcome</html>"))
    assert read(bench)() is not None
    assert bench.server.asked(f"/files/{WHEEL}") > 0


def test_a_host_without_siblings_is_not_asked_on(bench: Bench, manners: Manners) -> None:
    manners.announced = manners.siblings = manners.ranges = False
    index = bench.index()
    for version in range(2, 8):
        filename, content = make_wheel("demo", str(version))
        bench.server.files[filename] = content
    for release in index.releases(bench.server.url, "demo").releases:
        index.metadata(release.wheels[0])
    asked = [path for path, _ in bench.server.requests if path.endswith(".metadata")]
    assert len(asked) == 1


def test_ranges_come_before_siblings_that_nobody_announced(bench: Bench, manners: Manners) -> None:
    manners.announced = False
    read(bench)()
    assert bench.server.asked(SIBLING) == 0
    manners.ranges = False
    other, content = make_wheel("demo", "2.0")
    bench.server.files[other] = content
    index = bench.index()
    index.metadata(index.releases(bench.server.url, "demo").releases[0].wheels[0])
    assert bench.server.asked(f"/files/{other}.metadata") == 1


def test_a_large_wheel_is_read_in_parts(bench: Bench, manners: Manners) -> None:
    manners.announced = manners.siblings = False
    noise = bytes(range(256)) * 16
    files = {f"demo/{n}.py": bytes((n * 31 + byte) % 256 for byte in noise) for n in range(150)}
    filename, content = make_wheel("demo", "9.0", files=files, requires=["big"])
    bench.server.files[filename] = content
    index = bench.index()
    wheel = index.releases(bench.server.url, "demo").releases[0].wheels[0]
    assert index.metadata(wheel).requires_dist == ("big",)
    asked = [headers for path, headers in bench.server.requests if path.endswith(filename)]
    assert all("range" in headers for headers in asked)
    assert 1 <= len(asked) <= 3


@pytest.mark.parametrize("content", [b"", b"no wheel", CONTENT[:-100], CONTENT[100:]])
def test_a_broken_wheel(bench: Bench, manners: Manners, content: bytes) -> None:
    manners.announced = manners.siblings = False
    bench.server.files[WHEEL] = content
    with pytest.raises((IntegrityError, NetworkError)):
        read(bench)()


def test_a_broken_sdist(bench: Bench) -> None:
    filename, content = make_sdist("demo", "3.0")
    bench.server.files[filename] = content[:50]
    index = bench.index()
    sdist = index.releases(bench.server.url, "demo").releases[0].sdist
    assert sdist is not None
    with pytest.raises(IntegrityError) as caught:
        index.metadata(sdist)
    assert caught.value.message == snapshot("`demo-3.0.tar.gz` is not a valid sdist")


def versions(index: SimpleIndex, url: str, name: str = "demo") -> list[str]:
    return [release.version for release in index.releases(url, name).releases]


def test_a_flat_page_is_asked_for_once_for_all_names(bench: Bench) -> None:
    index, url = bench.index(), bench.server.links
    assert (versions(index, url), versions(index, url, "other")) == (["1.0"], [])
    assert bench.server.asked("/links/") == 1
    assert bench.server.asked(PAGE) == 0


def test_a_flat_page_is_revalidated_and_replaced(bench: Bench) -> None:
    url = bench.server.links
    assert versions(bench.index(), url) == ["1.0"]
    assert versions(bench.index(), url) == ["1.0"]
    assert bench.server.requests[-1][1]["if-none-match"]
    name, content = make_wheel("demo", "2.0")
    bench.server.files[name] = content
    assert versions(bench.index(), url) == ["2.0", "1.0"]


def test_a_flat_page_offline(bench: Bench) -> None:
    url = bench.server.links
    with pytest.raises(NetworkError) as caught:
        bench.index(offline=True).releases(url, "demo")
    assert caught.value.message == (
        f"the flat index `{url}` is not cached, and nothing is fetched offline"
    )
    bench.index().releases(url, "demo")
    assert versions(bench.index(offline=True), url) == ["1.0"]


def test_a_flat_page_that_is_not_there(bench: Bench) -> None:
    bench.server.script("/links/", Answer(404))
    with pytest.raises(NetworkError) as caught:
        bench.index().releases(bench.server.links, "demo")
    assert caught.value.message == f"there is no index at `{bench.server.links}`"


def test_a_flat_page_is_anticipated_once(bench: Bench) -> None:
    index, url = bench.index(), bench.server.links
    index.anticipate([(url, "demo"), (url, "other")])
    assert versions(index, url) == ["1.0"]
    index.close()
    assert bench.server.asked("/links/") == 1


@pytest.mark.parametrize("formats", [(JSON, HTML), (HTML,)])
@pytest.mark.parametrize("marker", ["archived", "deprecated", "quarantined"])
def test_the_status_of_a_project_is_read_and_kept(
    bench: Bench, manners: Manners, formats: tuple[str, ...], marker: str
) -> None:
    manners.formats, manners.max_age = formats, 600
    manners.statuses["demo"] = (marker, "for a reason")
    for _ in range(2):
        page = bench.index().releases(bench.server.url, "demo")
        assert page.status == ProjectStatus(marker, "for a reason")
        assert len(page.versions) == (0 if marker == "quarantined" else 1)
    assert bench.server.asked(PAGE) == 1


@pytest.mark.parametrize("formats", [(JSON, HTML), (HTML,)])
@pytest.mark.parametrize("marker", ["active", "", "something-new"])
def test_other_statuses_say_nothing(
    bench: Bench, manners: Manners, formats: tuple[str, ...], marker: str
) -> None:
    manners.formats = formats
    manners.statuses["demo"] = (marker, "")
    page = bench.index().releases(bench.server.url, "demo")
    assert (page.status, len(page.versions)) == (None, 1)


@pytest.mark.parametrize("said", ["quarantined", [], 7, {"status": 7}, {"reason": "x"}])
def test_a_status_that_is_none_says_nothing(bench: Bench, said: object) -> None:
    page = {"meta": {"api-version": "1.4"}, "files": [], "project-status": said}
    body = json.dumps(page).encode()
    bench.server.script(PAGE, Answer(200, body, {"Content-Type": JSON}))
    assert bench.index().releases(bench.server.url, "demo").status is None
