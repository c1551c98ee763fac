"""A URL that is plain at first sight is one that the whole check takes."""

from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from assembler.lock.checks import PLAIN_URL


@given(st.from_regex(PLAIN_URL, fullmatch=True))
def test_a_plain_url_has_a_scheme_and_a_host_and_no_blanks(url: str):
    parts = urlsplit(url)
    assert parts.scheme == "https"
    assert parts.hostname
    assert url.isprintable()
    assert not any(character.isspace() for character in url)
