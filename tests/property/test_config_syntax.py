"""Whatever is written, a fault in the syntax of TOML has words and a place in the text."""

from hypothesis import given
from hypothesis import strategies as st

from assembler.config.document import parse
from assembler.errors import ConfigurationError
from tests.property.test_config_positions import documents

SCRAPS = st.sampled_from(
    ["", *"\"'[]{}=,.#:;\\\n ()<>$“\u00a0\x01", '"""', "'''", "[[", "a = ", "<<<<<<< x\n", "3.1.2"]
) | st.text(max_size=3)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A document in which something else stands instead of some of its characters."""
    text = draw(documents())
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 4)))
        text = text[:start] + draw(SCRAPS) + text[end:]
    return text


def fault_in(text: str) -> ConfigurationError | None:
    try:
        parse(text, "x.toml")
    except ConfigurationError as fault:
        return fault
    return None


@given(damaged())
def test_every_fault_has_words_and_a_place(text: str):
    fault = fault_in(text)
    if fault is None:
        return
    assert not fault.message.startswith("not valid TOML")
    assert fault.origin is not None
    excerpt = fault.origin.excerpt
    assert excerpt == text.replace("\r\n", "\n").split("\n")[fault.origin.line - 1]
    assert 1 <= fault.origin.column <= len(excerpt) + 1


def test_a_long_word_before_a_fault_is_gone_through_once():
    fault = fault_in(f"[{'e' * 1_000_000}.!]")
    assert fault is not None
    assert fault.message == "a name like this one stands in quotes"
