import pytest
from packaging.markers import Marker

from assembler.model.platforms import target_named
from assembler.solve.environment import Environment, marker_classes

LINUX = target_named("linux-x86_64")
MUSL = target_named("linux-musl-x86_64")
MACOS = target_named("macos-arm64")


def environment(patch: int = 0, minor: int = 11) -> Environment:
    return Environment((LINUX,), (3, minor, patch))


@pytest.mark.parametrize(
    ("marker", "breaks"),
    [
        ("python_full_version < '3.11.3'", {3}),
        ("python_full_version <= '3.11.3'", {4}),
        ("python_full_version == '3.11.3'", {3, 4}),
        ("python_full_version != '3.11.0'", {1}),
        ("python_full_version > '3.11'", {1}),
        ("python_full_version <= '3.11'", {1}),
        ("python_full_version >= '3.11.0rc1'", set()),
        ("python_full_version < '3.11.3' and sys_platform == 'win32'", set()),
        ("python_full_version >= '3.10.2' or python_full_version < '3.1.4'", set()),
        ("implementation_version >= '3.11.5'", {5}),
        ("python_version < '3.11'", set()),
    ],
)
def test_breaks_are_the_patches_at_which_a_marker_changes(marker: str, breaks: set[int]):
    asked = environment()
    asked.holds(Marker(marker), marker, "")

    assert asked.breaks == breaks


@pytest.mark.parametrize(
    ("requires_python", "patch", "admits", "breaks"),
    [
        (">=3.8,!=3.11.0,!=3.11.1", 0, False, {2}),
        (">=3.8,!=3.11.0,!=3.11.1", 2, True, {2}),
        (">=3.11.4", 3, False, {4}),
        (">=3.11", 0, True, set()),
        ("<=3.11", 0, True, {1}),
        ("<3.12", 0, True, set()),
        ("==3.11.*", 7, True, set()),
        ("rubbish", 0, True, set()),
        (None, 0, True, set()),
    ],
)
def test_requires_python_is_judged_for_the_full_version(
    requires_python: str | None, patch: int, admits: bool, breaks: set[int]
):
    asked = environment(patch)

    assert asked.admits_python(requires_python) is admits
    assert asked.breaks == breaks


@pytest.mark.parametrize(
    ("marker", "extra", "holds"),
    [
        ("extra == 'x'", "x", True),
        ("extra == 'x'", "", False),
        ("extra == 'a_b'", "a-b", True),
        ("'x' in extras", "x", False),
        ("sys_platform ~= '1'", "", False),
    ],
)
def test_markers_know_extras_and_what_makes_no_sense_is_false(marker: str, extra: str, holds: bool):
    assert environment().holds(Marker(marker), marker, extra) is holds


def test_ranks_are_given_for_each_target():
    both = Environment((MUSL, LINUX), (3, 12, 0))

    musl, glibc = both.rank("demo-1.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl")
    assert musl is None
    assert glibc is not None
    universal = both.rank("demo-1.0-2-py2.py3-none-any.whl")
    assert all(rank is not None and rank > glibc for rank in universal)


def test_targets_with_equal_markers_are_one_class():
    assert [
        [target.name for target in group] for group in marker_classes((MACOS, LINUX, MUSL))
    ] == [
        ["linux-musl-x86_64", "linux-x86_64"],
        ["macos-arm64"],
    ]
