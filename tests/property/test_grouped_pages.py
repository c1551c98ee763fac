"""A page that is read lazily says what reading all of it says."""

import json

from hypothesis import example, given
from hypothesis import strategies as st
from packaging.version import Version

from assembler.adapters.simple_index.grouped import LazyReleases, grouped
from assembler.adapters.simple_index.kept import PageHeader, in_memory, kept, packed
from assembler.adapters.simple_index.listed import Listing, offered
from assembler.adapters.simple_index.page import JSON_TYPE, listing
from assembler.adapters.simple_index.plain import plain_release
from assembler.adapters.simple_index.reduce import reduced
from assembler.adapters.simple_index.sliced import PageHead, SlicedPage, opened

URL = "https://acme.example/simple/demo-thing/"
VERSIONS = ("1", "1.0", "1.0.0", "1.10", "1.9", "2!1.0", "1.0rc1", "1.0_1", "1.0-1", "1.0+x", "x")
NAMES = ("demo-thing", "demo_thing", "Demo.Thing", "demo", "demo-thing-more", "other", "")
ENDINGS = (
    "-py3-none-any.whl",
    "-1-py3-none-any.whl",
    "-cp312-cp312-win32.whl",
    "-py3-none.whl",
    ".whl",
    ".tar.gz",
    ".zip",
    ".exe",
)
filenames = st.one_of(
    st.builds(
        lambda name, version, ending: f"{name}-{version}{ending}",
        st.sampled_from(NAMES),
        st.sampled_from(VERSIONS),
        st.sampled_from(ENDINGS),
    ),
    st.text("demo-_.1whltarg", max_size=20),
)
urls = st.sampled_from(("https://f.example/a", "http://f.example/a", "../a", "file:///a", "x://["))
files = st.fixed_dictionaries(
    {"filename": filenames, "url": urls},
    optional={
        "hashes": st.sampled_from(({}, {"sha256": "ab" * 32}, {"sha256": "AB" * 32})),
        "requires-python": st.sampled_from((None, ">=3.6.*", ">=3.9", "what")),
        "yanked": st.sampled_from((None, False, True, "broken")),
        "core-metadata": st.sampled_from((None, False, True, {"sha256": "cd" * 32})),
        "size": st.sampled_from((None, -1, 7)),
    },
)


def listed(described: list[dict[str, object]]) -> Listing:
    return listing(json.dumps({"files": described}).encode(), JSON_TYPE, URL)


def reopened(page: SlicedPage) -> SlicedPage:
    """The page as it comes from the cache."""
    found = opened(in_memory(page.packed()))
    assert found is not None
    return found


def releases(page: SlicedPage) -> LazyReleases:
    """Its releases, none of them read yet."""
    return LazyReleases(page.head.versions, "demo-thing", lambda: (page,))


@given(st.lists(files, max_size=12))
@example(
    [
        {"filename": "demo-thing-1.0.0.tar.gz", "url": "../a"},
        {"filename": "demo_thing-1.0-py3-none-any.whl", "url": "../b"},
        {"filename": "demo_thing-1-cp312-cp312-win32.whl", "url": "../c"},
    ]
)
def test_lazy_releases_are_the_reduced_ones(described: list[dict[str, object]]) -> None:
    page = listed(described)
    lazy = releases(reopened(grouped(page, "demo-thing")))
    with_files = tuple(release for release in lazy if release.wheels or release.sdist)
    assert with_files == reduced(offered(page), "demo-thing")


@given(st.lists(files, min_size=1, max_size=3), st.data())
def test_whatever_changes_in_a_kept_page_is_found(
    described: list[dict[str, object]], data: st.DataObject
) -> None:
    page = grouped(listed(described), "demo-thing")
    content = packed(PageHeader(read=1.0, fresh=2.0), page.packed())
    assert read(content) == (page.head, slices(page))
    changed = bytearray(content)
    changed[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    assert read(bytes(changed)) in (None, (page.head, None))
    assert read(content[: data.draw(st.integers(0, len(content) - 1))]) in (
        None,
        (page.head, None),
    )


def slices(page: SlicedPage) -> list[bytes] | None:
    """What is kept of every version; `None` if anything is damaged."""
    found = [page.slice(position) for position in range(len(page.head.versions))]
    return None if None in found else [each for each in found if each is not None]


def read(content: bytes) -> tuple[PageHead, list[bytes] | None] | None:
    """The head and the slices of a kept page."""
    known = kept(in_memory(content))
    page = known and opened(known.body)
    return (page.head, slices(page)) if page else None


def test_a_usual_release_is_read_with_one_look() -> None:
    names = ("1.0-py3-none-any.whl", "1.0-2-cp312-cp312-win32.whl", "1.0.tar.gz")
    page = listed([{"filename": f"demo_thing-{name}", "url": f"{URL}{name}"} for name in names])
    assert (plain_release(page, "demo-thing"),) == reduced(offered(page), "demo-thing")


@given(st.lists(files, max_size=12))
def test_versions_are_known_without_reading(described: list[dict[str, object]]) -> None:
    page = grouped(listed(described), "demo-thing")
    lazy = releases(page)
    known = [Version(version) for version in page.head.versions]
    assert known == [Version(release.version) for release in lazy]
    assert known == sorted(set(known), reverse=True)
    assert lazy[:2] == list(lazy)[:2]
