"""Environments made of links."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembler.errors import UnsatisfiableError
from assembler.model.distribution import Link, StoredFile, StoredWheel, WheelContents
from assembler.plan.environment import layout

SITE = "lib/python3.12/site-packages"


def wheel(
    name: str, *paths: str, scripts: tuple[str, ...] = (), reaching_out: bool = False
) -> WheelContents:
    """A stored wheel; a path may end in `=content`."""
    pairs = [path.partition("=") for path in paths]
    return WheelContents(
        wheel=StoredWheel(key=f"{name}-1-k", name=name, version="1", scripts=scripts),
        files=tuple(
            StoredFile(path=path, sha256=content or name, size=1) for path, _, content in pairs
        ),
        reaching_out=reaching_out,
    )


def links(*wheels: WheelContents) -> dict[str, str]:
    return {link.path: link.target for link in layout(wheels, "3.12")}


def test_a_name_of_one_wheel_is_one_link() -> None:
    found = links(
        wheel(
            "django", "site/django/__init__.py", "site/django/db/a.py", "site/django-1.dist-info/R"
        ),
        wheel("six", "site/six.py", "site/__pycache__/six.cpython-312.pyc"),
    )
    assert found == {
        f"{SITE}/__pycache__/six.cpython-312.pyc": "six-1-k/site/__pycache__/six.cpython-312.pyc",
        f"{SITE}/django": "django-1-k/site/django",
        f"{SITE}/django-1.dist-info": "django-1-k/site/django-1.dist-info",
        f"{SITE}/six.py": "six-1-k/site/six.py",
    }


def test_a_shared_namespace_is_a_directory_as_deep_as_needed() -> None:
    found = links(
        wheel("one", "site/google/cloud/one/a.py", "site/google/api/b.py"),
        wheel("two", "site/google/cloud/two/a.py"),
    )
    assert found == {
        f"{SITE}/google/api": "one-1-k/site/google/api",
        f"{SITE}/google/cloud/one": "one-1-k/site/google/cloud/one",
        f"{SITE}/google/cloud/two": "two-1-k/site/google/cloud/two",
    }


def test_equal_files_of_two_wheels_are_taken_from_the_first() -> None:
    found = links(
        wheel("one", "site/ns/__init__.py=same", "site/ns/__pycache__/__init__.c.pyc=1"),
        wheel("two", "site/ns/__init__.py=same", "site/ns/__pycache__/__init__.c.pyc=2"),
    )
    assert found == {
        f"{SITE}/ns/__init__.py": "one-1-k/site/ns/__init__.py",
        f"{SITE}/ns/__pycache__/__init__.c.pyc": "one-1-k/site/ns/__pycache__/__init__.c.pyc",
    }


def test_data_headers_and_binaries_stand_below_the_environment() -> None:
    found = links(
        wheel(
            "thing",
            "data/share/man/man1/thing.1",
            "data/etc/thing.conf",
            "headers/thing.h",
            "scripts/binary",
            "scripts/script",
            scripts=("script",),
        )
    )
    assert found == {
        "bin/binary": "thing-1-k/scripts/binary",
        "etc/thing.conf": "thing-1-k/data/etc/thing.conf",
        "include/site/python3.12/thing": "thing-1-k/headers",
        "share/man": "thing-1-k/data/share/man",
    }


def test_data_in_site_packages_join_what_is_there() -> None:
    found = links(wheel("one", "site/one/a.py", f"data/{SITE}/one/b.txt", f"data/{SITE}/one.pth"))
    assert found == {
        f"{SITE}/one.pth": f"one-1-k/data/{SITE}/one.pth",
        f"{SITE}/one/a.py": "one-1-k/site/one/a.py",
        f"{SITE}/one/b.txt": f"one-1-k/data/{SITE}/one/b.txt",
    }


def test_a_wheel_that_reaches_out_is_linked_file_by_file() -> None:
    found = links(
        wheel("torch", "site/torch/lib/x.so", "site/torch/a.py", reaching_out=True),
        wheel("nvidia", "site/nvidia/lib/y.so"),
    )
    assert found == {
        f"{SITE}/nvidia": "nvidia-1-k/site/nvidia",
        f"{SITE}/torch/a.py": "torch-1-k/site/torch/a.py",
        f"{SITE}/torch/lib/x.so": "torch-1-k/site/torch/lib/x.so",
    }


CLASHES: Mapping[str, tuple[Sequence[WheelContents], str]] = {
    "different content": (
        [wheel("one", "site/tests/a.py"), wheel("two", "site/tests/a.py")],
        f"`one 1` and `two 1` both bring `{SITE}/tests/a.py`, with different content",
    ),
    "file and directory": (
        [wheel("one", "site/a"), wheel("two", "site/a/b.py")],
        f"`one 1` and `two 1` both bring `{SITE}/a`, one as a file and one as a directory",
    ),
    "directory and file": (
        [wheel("one", "site/a/b.py"), wheel("two", "site/a")],
        f"`two 1` and `one 1` both bring `{SITE}/a`, one as a file and one as a directory",
    ),
    "two binaries": (
        [wheel("one", "scripts/tool"), wheel("two", "scripts/tool")],
        "`one 1` and `two 1` both bring `bin/tool`, with different content",
    ),
}


@pytest.mark.parametrize("case", CLASHES)
def test_two_wheels_with_one_path_are_an_error(case: str) -> None:
    wheels, message = CLASHES[case]
    with pytest.raises(UnsatisfiableError) as caught:
        layout(wheels, "3.12")
    assert caught.value.message == message
    assert caught.value.hints == ("give them to different programs, or leave one out",)


@pytest.mark.parametrize("path", ["pyvenv.cfg", "bin/python", "bin/python3.12", "lib64/a/b"])
def test_an_environments_own_files_are_not_replaced(path: str) -> None:
    with pytest.raises(UnsatisfiableError, match="which every environment has of its own"):
        layout([wheel("one", f"data/{path}")], "3.12")


names = st.sampled_from(["a", "b", "ns", "x.py", "__pycache__"])
paths = st.builds(
    lambda folder, parts: "/".join((folder, *parts, "file")),
    st.sampled_from(["site", "data", "headers", "scripts"]),
    st.lists(names, max_size=3),
)
wheels = st.lists(
    st.tuples(st.frozensets(paths, max_size=8), st.booleans()), min_size=1, max_size=4
)


@given(wheels)
def test_following_the_links_gives_every_file_exactly_once(
    drawn: list[tuple[frozenset[str], bool]],
) -> None:
    given_wheels = [
        wheel(f"w{index}", *(f"{path}=same" for path in sorted(files)), reaching_out=out)
        for index, (files, out) in enumerate(drawn)
    ]
    expected = {
        place(contents.wheel.name, file.path)
        for contents in given_wheels
        for file in contents.files
    }
    found = [path for link in layout(given_wheels, "3.12") for path in behind(link, given_wheels)]
    assert sorted(found) == sorted(expected)


def place(name: str, path: str) -> str:
    folder, _, rest = path.partition("/")
    start = {
        "site": f"{SITE}/",
        "data": "",
        "headers": f"include/site/python3.12/{name}/",
        "scripts": "bin/",
    }
    return start[folder] + rest


def behind(link: Link, given_wheels: Sequence[WheelContents]) -> list[str]:
    """The paths in the environment that a link gives."""
    stored = {
        f"{contents.wheel.key}/{file.path}" for contents in given_wheels for file in contents.files
    }
    if link.target in stored:
        return [link.path]
    return [
        link.path + path.removeprefix(link.target)
        for path in stored
        if path.startswith(f"{link.target}/")
    ]
