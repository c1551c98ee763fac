import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembler.model.text import Output, Place, Quoted, Text
from assembler.model.words import is_word, quoted, quoted_words, split_words

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


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", ""),
        ("a b", "'a b'"),
        ("it's", "'it'\"'\"'s'"),
        ("a\\b\\\\", "'a'\"\\\\\"'b'\"\\\\\\\\\""),
        ('$x `y` "z"\n', "'$x `y` \"z\"\n'"),
    ],
)
def test_a_text_becomes_a_word(text: str, word: str):
    assert quoted_words(text) == word
    assert shlex.split(f"x{word}") == [f"x{text}"]


def test_a_text_with_places_becomes_a_word():
    assert quoted(Text.of()) == Text.of("''")
    assert quoted(Text.of("a ", PLACE)) == Text.of("'a '", Quoted(PLACE))
    with pytest.raises(TypeError):
        quoted(Text((Output("app", ("path",)),)))


@pytest.mark.parametrize("odd", ["\0", "\ufdd0", "\ufdef", "\ufffe", "\U0010ffff"])
def test_what_readers_differ_about_is_no_word(odd: str):
    assert not is_word(f"a{odd}")
    assert is_word("a\n\r\t\x01\x7fé\ufdcf\ufdf0\ufffd\U0010fffd")
