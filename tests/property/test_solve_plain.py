"""A requirement that is taken apart by a look at its text says what `packaging` says."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from assembler.solve.plain import Parts, taken_apart
from assembler.solve.requirements import Requirements

BLANKS = st.sampled_from(["", "", "", " ", "\t", "\n"])
PIECES = (
    *("a", "A.b_c", "x-", "-x", "9", "[", "]", "[a]", "[a, B]", "[a,]", "[]", "(", ")", ","),
    *("==", ">=", "~=", "<", "!=", "===", "=", ">=1", "==1.*", ">=1.*", "~=1", "~=1.2", "<2,>=1"),
    *("1.0", "1.0+l.1", "1!2", "1.0rc1", "1_0", "*", "v1", "x y", "@ https://e.example/a", ";"),
    *("; extra == 'x'", "; os_name == 'a' or os_name == 'b'", "; python_version <", "; x == 'y'"),
    *("; '3' in python_version", ";extra=='A_b'", "; extra == 'a' #", "# b", "é", "٣"),
)
texts = st.lists(st.one_of(st.sampled_from(PIECES), BLANKS), max_size=8).map("".join)
alike = st.builds(
    lambda parts, blanks: "".join(
        f"{part}{blank}" for part, blank in zip(parts, blanks, strict=True)
    ),
    st.tuples(
        st.sampled_from(["a", "A.b_c", "zope.interface", "x_", "9"]),
        st.sampled_from(["", "[a]", "[A_b,c]", "[c, c]", "[x.]"]),
        st.sampled_from(["", ">=1", "(<2,>=1)", "( ~= 1.2 )", "== 1.*, != 1.0+l", ">=1.*", "<1x"]),
        st.sampled_from(["", ";extra == 'A_b'", "; python_version<'3'", "; x", "; os_name in 'a'"]),
    ),
    st.lists(BLANKS, min_size=4, max_size=4),
)


def said(requirement: Requirement) -> object:
    """All that a requirement of `packaging` says."""
    return (
        requirement.name,
        requirement.extras,
        str(requirement.specifier),
        str(requirement.marker or ""),
        requirement.url,
    )


def said_by(parts: Parts) -> object:
    """What the parts say, each read by `packaging`; `None` if one is wrong."""
    try:
        marker = str(Marker(parts.marker)) if parts.marker else ""
        specifier = str(SpecifierSet(parts.specifier))
    except (InvalidMarker, InvalidSpecifier):
        return None
    return parts.name, {*parts.extras}, specifier, marker, None


def read(text: str) -> Requirement | None:
    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


@settings(max_examples=500)
@given(st.one_of(texts, alike))
@example("a (>=1) ; extra == 'x'")
@example("a>=1,")
@example("a==1.0 x")
def test_parts_say_what_the_parser_says(text: str) -> None:
    parts = taken_apart(text)
    quick, slow = parts and said_by(parts), read(text)
    if quick is not None:
        assert slow is not None
        assert quick == said(slow)


@pytest.mark.parametrize(
    "text", ["a", "a>=1", "a[b,c]<2,>=1 ; extra == 'x'", "a (>=1)", "a; python_version < '3'"]
)
def test_usual_requirements_are_taken_apart(text: str) -> None:
    assert taken_apart(text)
    requirement = Requirements().parse(text)
    assert (requirement.name, requirement.marker_text) == ("a", str(Requirement(text).marker or ""))


@given(st.one_of(texts, alike))
def test_what_can_not_be_read_is_refused(text: str) -> None:
    if read(text) is None:
        with pytest.raises(InvalidRequirement):
            Requirements().parse(text)
    else:
        assert Requirements().parse(text).demands[0].bound.text == str(Requirement(text).specifier)


@pytest.mark.parametrize("text", ["a{0}", "a[{0}", "a(>=1{0}", "a>=1{0}", "a>=1,{0}>=2", "{0}"])
@pytest.mark.parametrize("filler", [" ", "\t ", "-", "b,", "1", ">=1,"])
def test_long_texts_that_are_no_requirements_are_read_once(text: str, filler: str) -> None:
    assert taken_apart(text.format(filler * 200_000) + "?") is None
