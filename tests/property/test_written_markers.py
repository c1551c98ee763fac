"""What our own reader says of a marker is what `packaging` says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import InvalidMarker, Marker

from assembler.lock.written_markers import can_be_asked, written
from assembler.model.platforms import PLATFORMS, marker_environment

GROUPS = ("web", "jobs", "x-1")
LEAVES = (
    *(f"'{group}' in dependency_groups" for group in GROUPS),
    "sys_platform == 'linux'",
    "sys_platform != 'win32'",
    "platform_machine == 'x86_64'",
    "platform_system != 'Darwin'",
    "os_name == 'nt'",
    "python_full_version >= '3.11.4'",
    "python_full_version < '3.11.10'",
)
PIECES = (
    *LEAVES,
    "(",
    ")",
    " and ",
    " or ",
    " ",
    "'web' not in dependency_groups",
    "'web' in extras",
    '"web" in dependency_groups',
    "'Web_1' in dependency_groups",
    "python_version >= '3.9'",
    "python_full_version == '3.11.4'",
    "platform_release == ''",
    "sys_platform == 'win32",
)


def trees() -> st.SearchStrategy[str]:
    leaves = st.sampled_from(LEAVES)
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=4).map(" or ".join),
            st.lists(inner.map("({})".format), min_size=2, max_size=3).map(" and ".join),
            st.lists(leaves, min_size=2, max_size=3).map(" and ".join),
        ),
        max_leaves=12,
    )


def asked(text: str, target: str, python: str, groups: frozenset[str]) -> tuple[bool, bool]:
    environment = marker_environment(PLATFORMS[target], python)
    known: dict[str, str | frozenset[str]] = {
        **environment,
        "extras": frozenset(),
        "dependency_groups": groups,
    }
    ours = written(text)
    assert ours is not None
    assert can_be_asked(environment)
    said = Marker(text).evaluate(known, context="lock_file")
    return ours.holds(environment, groups), said


@given(
    trees(),
    st.sampled_from(sorted(PLATFORMS)),
    st.sampled_from(("3.11.0", "3.11.4", "3.11.9", "3.11.10", "3.12.1")),
    st.frozensets(st.sampled_from(GROUPS)),
)
def test_a_marker_in_our_words_holds_where_packaging_says_so(
    text: str, target: str, python: str, groups: frozenset[str]
):
    ours, packagings = asked(text, target, python, groups)

    assert ours is packagings


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_whatever_is_read_packaging_reads_and_understands_the_same(text: str):
    if written(text) is None:
        return
    for groups in (frozenset[str](), frozenset({"web"}), frozenset({"jobs", "x-1"})):
        for target in PLATFORMS:
            ours, packagings = asked(text, target, "3.11.4", groups)
            assert ours is packagings


@pytest.mark.parametrize(
    "text",
    [
        "",
        "'web' in dependency_groupsor 'jobs' in dependency_groups",
        "'web' in dependency_groups or",
        "'web' in dependency_groups or ",
        "('web' in dependency_groups",
        "'web' in dependency_groups)",
        "()",
        "'wéb' in dependency_groups",
        "python_full_version >= '٣.11.4'",
        "(" * 2000 + "'web' in dependency_groups" + ")" * 2000,
    ],
)
def test_other_words_are_left_to_packaging(text: str):
    assert written(text) is None


def test_what_is_no_marker_for_packaging_is_none_for_us():
    with pytest.raises(InvalidMarker):
        Marker("'web' in dependency_groupsor 'jobs' in dependency_groups")


def test_a_python_that_is_no_release_is_left_to_packaging():
    assert not can_be_asked(marker_environment(PLATFORMS["linux-x86_64"], "3.14.0rc1"))
