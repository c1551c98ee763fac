"""A text that is plain says no control characters, whatever else it says."""

import re

import tomli
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from assembler.lock.characters import is_plain
from assembler.lock.pylock import dumps
from tests.lock.samples import small_lock

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
QUOTES = ('"', "'", '"""', "'''")
PIECES = (
    *("a", "ü", "\\\\", '\\"', '"', "'", "\t", "\n", "\r\n", "\\\n", "\x85", "\u2028", "\x7f"),
    *(r"\n", r"\t", r"\u0007", r"\U00000007", r"\u2029", r"\x1b", r"\e", r"\u0041", "\\"),
)


@given(st.sampled_from(QUOTES), st.lists(st.sampled_from(PIECES), max_size=5).map("".join))
def test_a_plain_text_says_no_control_character(quote: str, inner: str):
    text = f"a = {quote}{inner}{quote}\n{quote}{inner}{quote} = 1\n"
    try:
        said = tomli.loads(text)
    except tomli.TOMLDecodeError:
        return
    if is_plain(text):
        assert not CONTROL.search(str(said["a"]))
        assert not any(CONTROL.search(key) for key in said)


def test_a_lock_is_plain():
    assert is_plain(dumps(small_lock()))
    assert is_plain(dumps(replace(small_lock(), exclude_newer_rule='says "ü"')))


def test_a_text_that_may_say_one_is_not_plain():
    text = dumps(small_lock())
    for odd in ("\\n", "\\u0041", "\t", '"""', "'''", "\x85"):
        assert not is_plain(f'{text}more = "{odd}"\n')
