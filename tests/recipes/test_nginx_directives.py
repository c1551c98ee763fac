"""Whatever is in a value, nginx reads the directives that were meant."""

from assembler_recipes.nginx.directives import Directive, text_of
from hypothesis import given
from hypothesis import strategies as st

from assembler.api import Text

NAMES = st.from_regex("[a-z][a-z_]{0,9}", fullmatch=True)
WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=12)
LINES = st.builds(Directive, NAMES, st.lists(WORDS.map(Text.of), max_size=3).map(tuple))
BLOCKS = st.recursive(
    LINES,
    lambda inner: st.builds(
        Directive,
        NAMES,
        st.lists(WORDS.map(Text.of), max_size=2).map(tuple),
        st.lists(inner, max_size=3).map(tuple),
    ),
    max_leaves=6,
)
ESCAPES = {"t": "\t", "r": "\r", "n": "\n"}


def tokens(text: str) -> list[tuple[str, bool]]:
    """The words and marks of a configuration, as nginx's reader takes them: text, and if a word."""
    found: list[tuple[str, bool]] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character.isspace():
            position += 1
        elif character in ";{}":
            found.append((character, False))
            position += 1
        elif character in "\"'":
            word, position = quoted(text, position + 1, character)
            assert text[position] in " ;{)", "nginx wants a space after a quotation"
            found.append((word, True))
        else:
            assert character != "#", "nginx takes the rest for a comment"
            end = position
            while text[end] not in " \n;{":
                assert text[end] != "\\"
                end += 1
            found.append((text[position:end], True))
            position = end
    return found


def quoted(text: str, position: int, end: str) -> tuple[str, int]:
    """What is quoted from a position on, and the position after it."""
    word = ""
    while text[position] != end:
        if text[position] == "\\":
            following = text[position + 1]
            word += following if following in "\"'\\" else ESCAPES.get(following, "\\" + following)
            position += 2
        else:
            word += text[position]
            position += 1
    return word, position + 1


def meant(directive: Directive) -> list[tuple[str, bool]]:
    words = [(directive.name, True), *((word.literal or "", True) for word in directive.words)]
    if directive.block is None:
        return [*words, (";", False)]
    inner = [token for each in directive.block for token in meant(each)]
    return [*words, ("{", False), *inner, ("}", False)]


@given(st.lists(BLOCKS, max_size=3))
def test_directives_are_read_as_they_were_meant(directives: list[Directive]):
    text = text_of(directives).literal
    assert text is not None
    assert tokens(text) == [token for each in directives for token in meant(each)]
