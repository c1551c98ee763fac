import pytest

from assembler.adapters.git.submodules import declared, gitlinks, submodule_url
from assembler.errors import ConfigurationError

BASE = "https://git.example/group/src.git"


@pytest.mark.parametrize(
    ("base", "written", "url"),
    [
        (BASE, "../lib.git", "https://git.example/group/lib.git"),
        (BASE, "../../other/lib", "https://git.example/other/lib"),
        (BASE, "./lib", "https://git.example/group/src.git/lib"),
        (BASE, "../../../../lib", "https://git.example/lib"),
        (f"{BASE}/", "../lib/", "https://git.example/group/lib"),
        ("ssh://git@git.example:22/src", "../lib", "ssh://git@git.example:22/lib"),
        ("file:///srv/src", "../lib", "file:///srv/lib"),
        (BASE, "https://me:pass@other.example/lib", "https://other.example/lib"),
        (BASE, "git@other.example:group/lib.git", "ssh://git@other.example/group/lib.git"),
        (BASE, "ssh://git:pass@other.example/lib", "ssh://git@other.example/lib"),
        ("file:///srv/src", "file:///srv/lib", "file:///srv/lib"),
    ],
)
def test_where_a_submodule_is(base: str, written: str, url: str):
    assert submodule_url(base, written, "lib") == url


@pytest.mark.parametrize(
    "written",
    ["file:///srv/lib", "/srv/lib", "git://x.example/lib", "http://x.example/lib", "-x", "ext::sh"],
)
def test_where_no_submodule_may_be(written: str):
    with pytest.raises(ConfigurationError) as caught:
        submodule_url(BASE, written, "lib")

    assert caught.value.message == (
        f"the submodule `lib` of `{BASE}` is at `{written}`, where none is fetched from"
    )


def test_submodules_are_declared_with_path_and_url():
    listing = (
        "submodule.a.b.path\nlib/a\0submodule.a.b.url\n../a\0submodule.a.b.branch\nmain\0"
        "submodule.half.path\nlib/half\0core.bare\ntrue\0submodule.path\nx\0"
    )

    assert declared(listing) == {"lib/a": "../a"}


def test_only_commits_in_a_tree_are_submodules():
    listing = f"160000 commit {'a' * 40}\tlib/a b\x00100644 blob {'b' * 40}\tfile\0"

    assert list(gitlinks(listing)) == [("lib/a b", "a" * 40)]
