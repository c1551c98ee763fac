"""What wheels require, against what the lock says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from packaging.requirements import Requirement

from assembler.app.promised import Installed, Promised, of_another_extra
from assembler.errors import IntegrityError
from assembler.model.distribution import DistributionFile
from assembler.model.lock import Selected
from assembler.model.platforms import marker_environment, target_named
from assembler.model.resolution import Pin, TreeSource

ENVIRONMENT = marker_environment(target_named("linux-x86_64"), "3.12.4")


def wheel(name: str, *dependencies: str) -> Selected:
    filename = f"{name}-1.0-py3-none-any.whl"
    file = DistributionFile(filename=filename, url=f"https://i.example/{filename}")
    pin = Pin(name=name, version="1.0", wheels=(file,), dependencies=dependencies)
    return Selected(pin=pin, wheel=file)


def tree(name: str, *dependencies: str) -> Selected:
    source = TreeSource(path=name)
    return Selected(pin=Pin(name=name, version="1.0", tree=source, dependencies=dependencies))


def check(roots: str, *selected: Selected, excluded: str = "", **requires: str) -> None:
    """Roots and requirements are separated by commas."""
    Promised().check(
        Installed(
            roots=tuple(roots.split(",")),
            selected=selected,
            requires={name: tuple(texts.split(",")) for name, texts in requires.items()},
            environment=ENVIRONMENT,
            excluded=frozenset({excluded}),
        )
    )


def test_what_is_as_locked() -> None:
    check("a>=1", wheel("a", "b"), wheel("b"), a="B ; python_version < '3.13'")
    check("a", wheel("a"), a="b ; sys_platform == 'win32'")


def test_extras_that_anyone_asks_for() -> None:
    check(
        "a[All]",
        wheel("a", "b", "c"),
        wheel("b", "d"),
        wheel("c"),
        wheel("d"),
        a="b[x],a[more] ; extra == 'all',c ; extra == 'more',e ; extra == 'other'",
        b="d ; extra == 'x'",
    )
    check("a", wheel("a"), a="b ; extra == 'x'")


def test_what_is_excluded() -> None:
    check("a", wheel("a"), a="b", excluded="b")


def test_through_trees_but_not_of_them() -> None:
    check("a", tree("a"), wheel("b", "c"), wheel("c"), a="b[x]", b="c ; extra == 'x'")


def test_a_difference_is_an_integrity_error() -> None:
    with pytest.raises(IntegrityError) as caught:
        check("a", wheel("a", "b", "d"), wheel("b"), wheel("d"), a="b,c")
    error = caught.value
    assert (error.message, error.details, error.hints) == snapshot(
        (
            "`a-1.0-py3-none-any.whl` requires other distributions than the lock says",
            (
                "it requires `c`, the lock does not say so",
                "the lock says `d`, it does not require that",
            ),
            ("run `assemble lock`, and see what changes",),
        )
    )


def test_cycles_end() -> None:
    check("a", wheel("a", "b"), wheel("b", "a"), a="b", b="a")


REQUIREMENT = st.builds(
    "thing {}; {}".format,
    st.sampled_from(["", "@ https://e.example/a;b.whl ", ">=1", "<2 "]),
    st.recursive(
        st.builds(
            "{} {} {}".format,
            st.sampled_from(["extra", "sys_platform", "platform_version"]),
            st.sampled_from(["==", "!=", "in"]),
            st.sampled_from(["'x'", '"X"', "'y_y'", '"y-y"', "'linux'", "\"extra == 'x'\""]),
        ),
        lambda inner: st.one_of(
            st.builds("{} and {}".format, inner, inner),
            st.builds("{} or {}".format, inner, inner),
            st.builds("({})".format, inner),
        ),
        max_leaves=4,
    ),
)


@given(REQUIREMENT, st.sampled_from(["", "x", "y-y"]))
def test_what_is_plainly_of_another_extra_never_holds(text: str, extra: str) -> None:
    if of_another_extra(text, extra):
        marker = Requirement(text).marker
        assert marker is not None
        assert not marker.evaluate({**ENVIRONMENT, "extra": extra})


def test_most_requirements_of_extras_are_told_without_parsing() -> None:
    assert of_another_extra("a>=1; extra == 'test'", "")
    assert of_another_extra('a ; (python_version < "3") and (extra == "Te_st")', "doc")
    assert not of_another_extra('a ; (python_version < "3") and (extra == "Te_st")', "te-st")
    assert not of_another_extra("a ; extra == 'test' or python_version > '3'", "")
    assert not of_another_extra("a ; python_version > '3'", "")
