"""What every `Index` must do."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest

from assembler.adapters.artifacts import CachedArtifacts
from assembler.adapters.disk import Disk
from assembler.adapters.http import PooledHttp
from assembler.adapters.simple_index import IndexSettings, SimpleIndex
from assembler.model.distribution import CoreMetadata, DistributionFile, Release
from assembler.ports import Index, MetadataUnknown
from tests.fakes.cache_lock import MemoryCacheLock
from tests.fakes.index import URL, Description, MemoryIndex
from tests.servers import HTML, JSON, Manners, serve
from tests.wheels import make_sdist, make_wheel

Subject: TypeAlias = tuple[Index, str]
Opener: TypeAlias = Callable[[Path], AbstractContextManager[Subject]]

FILES: Mapping[str, bytes] = dict(
    [
        make_wheel("demo", "1.9"),
        make_wheel("demo", "1.10", requires=["other>=1"], requires_python=">=3.9"),
        make_wheel("demo", "2.0rc1", extras={"fast": ["speed"]}),
        make_sdist("demo", "1.10", requires=["other>=1"], requires_python=">=3.9"),
        make_wheel("other-thing", "1.0"),
        make_sdist("vague", "1.0", requires=["other>=1"], dynamic=["dependencies"]),
    ]
)
DESCRIPTION: Description = {
    "demo": {
        "1.9": [],
        "1.10": {"requires": ["other>=1"], "requires-python": ">=3.9", "sdist": True},
        "2.0rc1": {"requires": ["speed ; extra == 'fast'"], "extras": ["fast"]},
    },
    "other-thing": {"1.0": []},
    "vague": {"1.0": {"wheels": [], "sdist": "dynamic"}},
}


@contextmanager
def memory(_: Path) -> Iterator[Subject]:
    yield MemoryIndex(DESCRIPTION), URL


@contextmanager
def simple(cache: Path, url: str, *, flat: bool = False) -> Iterator[Subject]:
    http, disk = PooledHttp(), Disk()
    artifacts = CachedArtifacts(http, cache, MemoryCacheLock())
    settings = IndexSettings(cache=cache, flat=frozenset({url} if flat else ()))
    index = SimpleIndex(http, artifacts, disk, settings)
    yield index, url
    index.close()


def served(manners: Callable[[], Manners]) -> Opener:
    @contextmanager
    def opened(folder: Path) -> Iterator[Subject]:
        with serve(FILES, manners()) as server, simple(folder / "cache", server.url) as subject:
            yield subject

    return opened


def links(manners: Callable[[], Manners]) -> Opener:
    @contextmanager
    def opened(folder: Path) -> Iterator[Subject]:
        with (
            serve(FILES, manners()) as server,
            simple(folder / "cache", server.links, flat=True) as subject,
        ):
            yield subject

    return opened


@contextmanager
def page(folder: Path) -> Iterator[Subject]:
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    anchors = (f'<a href="{name}">{name}</a>' for name in FILES)
    (folder / "links.html").write_text("\n".join(anchors))
    with simple(folder / "cache", (folder / "links.html").as_uri(), flat=True) as subject:
        yield subject


@contextmanager
def flat(folder: Path) -> Iterator[Subject]:
    (folder / "files").mkdir()
    for name, content in FILES.items():
        (folder / "files" / name).write_bytes(content)
    with simple(folder / "cache", (folder / "files").as_uri()) as subject:
        yield subject


@contextmanager
def tree(folder: Path) -> Iterator[Subject]:
    for name, content in FILES.items():
        project = folder / "simple" / name.split("-")[0].replace("_", "-")
        project.mkdir(parents=True, exist_ok=True)
        (project / name).write_bytes(content)
    demo = folder / "simple" / "demo"
    links = (f'<a href="{path.name}">{path.name}</a>' for path in sorted(demo.iterdir()))
    (demo / "index.html").write_text("\n".join(links))
    with simple(folder / "cache", (folder / "simple").as_uri()) as subject:
        yield subject


OPENERS: Mapping[str, Opener] = {
    "memory": memory,
    "json": served(lambda: Manners(formats=(JSON,))),
    "html": served(lambda: Manners(formats=(HTML,))),
    "silent": served(lambda: Manners(announced=False)),
    "ranges": served(lambda: Manners(announced=False, siblings=False)),
    "whole": served(lambda: Manners(announced=False, siblings=False, ranges=False)),
    "bare": served(
        lambda: Manners(
            formats=(HTML,), announced=False, siblings=False, ranges=False, hashed=False
        )
    ),
    "flat": flat,
    "tree": tree,
    "links": links(lambda: Manners(formats=(HTML,))),
    "bare-links": links(lambda: Manners(formats=(HTML,), announced=False, hashed=False)),
    "page": page,
}


@pytest.fixture(params=sorted(OPENERS))
def subject(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Subject]:
    with OPENERS[request.param](tmp_path) as opened:
        yield opened


def wheel(release: Release) -> DistributionFile:
    return release.wheels[0]


def test_releases_from_the_newest_to_the_oldest(subject: Subject) -> None:
    index, url = subject
    page = index.releases(url, "demo")
    assert (page.name, page.index) == ("demo", url)
    assert list(page.versions) == ["2.0rc1", "1.10", "1.9"]
    assert [release.version for release in page.releases] == list(page.versions)
    assert [len(release.wheels) for release in page.releases] == [1, 1, 1]
    assert [release.sdist is not None for release in page.releases] == [False, True, False]


def test_names_are_normalised(subject: Subject) -> None:
    index, url = subject
    assert [release.version for release in index.releases(url, "other-thing").releases] == ["1.0"]


def test_nothing_is_not_an_error(subject: Subject) -> None:
    index, url = subject
    assert tuple(index.releases(url, "nothing").releases) == ()


def test_the_metadata_of_a_wheel(subject: Subject) -> None:
    index, url = subject
    release = index.releases(url, "demo").releases[1]
    assert index.metadata(wheel(release)) == CoreMetadata(
        name="demo", version="1.10", requires_dist=("other>=1",), requires_python=">=3.9"
    )


def test_extras(subject: Subject) -> None:
    index, url = subject
    assert index.metadata(wheel(index.releases(url, "demo").releases[0])) == CoreMetadata(
        name="demo",
        version="2.0rc1",
        requires_dist=("speed ; extra == 'fast'",),
        provides_extra=("fast",),
    )


def test_the_metadata_of_an_sdist(subject: Subject) -> None:
    index, url = subject
    sdist = index.releases(url, "demo").releases[1].sdist
    assert sdist is not None
    assert index.metadata(sdist).requires_dist == ("other>=1",)


def test_dynamic_metadata_is_unknown(subject: Subject) -> None:
    index, url = subject
    sdist = index.releases(url, "vague").releases[0].sdist
    assert sdist is not None
    with pytest.raises(MetadataUnknown):
        index.metadata(sdist)


def test_anticipation_changes_no_answer(subject: Subject) -> None:
    index, url = subject
    index.anticipate([(url, "demo"), (url, "nothing")])
    page = index.releases(url, "demo")
    index.anticipate_metadata([wheel(release) for release in page.releases], lambda _: None)
    assert tuple(index.releases(url, "nothing").releases) == ()
    assert [index.metadata(wheel(release)).version for release in page.releases] == [
        "2.0rc1",
        "1.10",
        "1.9",
    ]


@pytest.mark.parametrize("opener", [links(lambda: Manners(formats=(HTML,))), flat, tree, page])
def test_names_of_indexes_that_list_them(opener: Opener, tmp_path: Path) -> None:
    with opener(tmp_path) as (index, url):
        assert index.names(url) == ("demo", "other-thing", "vague")


def test_other_indexes_list_no_names(tmp_path: Path) -> None:
    with OPENERS["json"](tmp_path) as (index, url):
        assert index.names(url) == ()
