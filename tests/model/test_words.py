import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembler.model.text import Place, Text
from assembler.model.words import split_words

PLACE = Place(root="project", path="a b'c")

words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.lists(words))
def test_literal_text_is_split_as_sh_would(line: list[str]):
    assert split_words(Text.of(shlex.join(line))) == tuple(Text.of(word) for word in line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (Text.of(PLACE), (Text.of(PLACE),)),
        (Text.of(PLACE, PLACE), (Text.of(PLACE, PLACE),)),
        (Text.of("x ", PLACE, " y"), (Text.of("x"), Text.of(PLACE), Text.of("y"))),
        (Text.of('--a="', PLACE, ' b"'), (Text.of("--a=", PLACE, " b"),)),
        (Text.of("'", PLACE, "'"), (Text.of(PLACE),)),
        (Text.of(), ()),
    ],
)
def test_a_place_is_never_split(line: Text, expected: tuple[Text, ...]):
    assert split_words(line) == expected


def test_an_open_quotation_is_refused():
    with pytest.raises(ValueError, match="No closing quotation"):
        split_words(Text.of("a 'b"))
