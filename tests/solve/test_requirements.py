import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import Marker

from assembler.solve.requirements import Requirements, extra_wanted, key_of, split_key


@pytest.mark.parametrize(
    ("text", "extra"),
    [
        ("lib; extra == 'x'", "x"),
        ("lib>=1 ; (python_version<'3') and extra == \"A_b\"", "a-b"),
        ("lib; sys_platform=='win32' and extra == 'all'", "all"),
        ("lib; (extra == 'x')", "x"),
        ("lib; python_version<'3' or os_name=='a' and extra=='x'", None),
        ("lib; extra == 'a' or extra == 'b'", None),
        ("lib; (python_version<'3' or extra=='b') and extra == 'x'", None),
        ("lib; extra != 'x'", None),
        ("lib", None),
    ],
)
def test_an_extra_without_which_a_requirement_never_counts(text: str, extra: str | None):
    assert extra_wanted(text) == extra


ATOMS = st.sampled_from(
    ["extra == 'x'", "extra == 'y'", "os_name == 'nt'", "python_version < '3.12'"]
)
MARKERS = st.recursive(
    ATOMS,
    lambda inner: st.builds(
        lambda left, word, right, wrap: (
            f"({left} {word} {right})" if wrap else f"{left} {word} {right}"
        ),
        inner,
        st.sampled_from(["and", "or"]),
        inner,
        st.booleans(),
    ),
    max_leaves=4,
)


@given(MARKERS)
def test_the_shortcut_agrees_with_the_marker(marker: str):
    wanted = extra_wanted(f"lib; {marker}")

    if wanted is not None:
        for extra in {"x", "y", ""} - {wanted}:
            for os_name in ("nt", "posix"):
                for python in ("3.11", "3.12"):
                    environment = {"extra": extra, "os_name": os_name, "python_version": python}
                    assert not Marker(marker).evaluate(environment)


def test_a_requirement_demands_its_name_and_each_extra():
    requirement = Requirements().parse("Celery[Redis,AMQP]>=5 ; python_version > '3'")

    assert [demand.key for demand in requirement.demands] == [
        "celery",
        "celery[amqp]",
        "celery[redis]",
    ]
    assert {demand.text for demand in requirement.demands} == {"celery[amqp,redis]>=5"}


def test_equal_demands_are_the_same_object():
    requirements = Requirements()
    first = requirements.parse("lib>=1; os_name == 'nt'")
    second = requirements.parse("Lib >= 1")

    assert first.demands is second.demands


@pytest.mark.parametrize(
    ("text", "exact", "upper", "prereleases"),
    [
        ("lib==1", True, True, False),
        ("lib===1", True, False, False),
        ("lib==1.*", False, True, False),
        ("lib~=1.4", False, True, False),
        ("lib>=1", False, False, False),
        ("lib>=1rc1", False, False, True),
        ("lib", False, False, False),
    ],
)
def test_a_bound_knows_its_kind(text: str, exact: bool, upper: bool, prereleases: bool):
    bound = Requirements().parse(text).demands[0].bound

    assert (bound.exact, bound.upper, bound.prereleases) == (exact, upper, prereleases)


def test_keys_are_split_as_they_are_made():
    assert split_key(key_of("lib", "x")) == ("lib", "x")
    assert split_key(key_of("lib", "")) == ("lib", "")
