"""A URL that is plain at first sight is what taking it apart says that it is."""

from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from assembler.lock.checks import PLAIN_URL
from assembler.lock.hosts import USUAL_URL


@given(st.from_regex(PLAIN_URL, fullmatch=True))
def test_a_plain_url_has_a_scheme_and_a_host_and_no_blanks(url: str):
    parts = urlsplit(url)
    assert parts.scheme == "https"
    assert parts.hostname
    assert url.isprintable()
    assert not any(character.isspace() for character in url)


@given(st.from_regex(USUAL_URL))
def test_a_usual_url_has_its_host_before_the_first_slash(url: str):
    found = USUAL_URL.match(url)
    parts = urlsplit(url)
    assert found is None or (found[1], None) == (parts.hostname, parts.port)
