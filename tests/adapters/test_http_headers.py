"""Servers that never come to an end with their headers, or with what stands between bodies."""

import time
from collections.abc import Callable, Iterable, Mapping
from itertools import chain, repeat

import pytest

from assembler.adapters.http import PooledHttp
from assembler.errors import NetworkError
from assembler.model.limits import Limits
from tests.raw_servers import speaking

LIMITS = Limits(header_time=0.3, header_size=65_536, redirects=3, tries=1)
LATE = "the headers took more than 0.3 s"
LARGE = "the headers are larger than 65536 bytes"
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def drip(text: bytes) -> Iterable[bytes]:
    return (bytes([byte]) for byte in text)


ENDLESS: Mapping[str, tuple[Callable[[], Iterable[bytes]], str]] = {
    "a status line byte by byte": (lambda: drip(b"HTTP/1.1 200 " + b"x" * 9000), LATE),
    "headers byte by byte": (lambda: chain([OK], drip(b"X-Header: 1\r\n" * 900)), LATE),
    "interim answers without end": (lambda: repeat(b"HTTP/1.1 100 Continue\r\n\r\n"), LATE),
    "many interim answers": (lambda: repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 9000), LARGE),
    "long headers": (lambda: chain([OK], repeat(b"X-Header: " + b"x" * 40_000 + b"\r\n")), LARGE),
    "a length of a chunk byte by byte": (lambda: chain([CHUNKED], drip(b"0" * 9000)), LATE),
    "trailers without end": (
        lambda: chain([CHUNKED + b"4\r\nbody\r\n0\r\n"], repeat(b"X-Trailer: 1\r\n")),
        LATE,
    ),
    "many trailers": (
        lambda: chain([CHUNKED + b"4\r\nbody\r\n0\r\n"], repeat(b"X-Trailer: 1\r\n" * 9000)),
        LARGE,
    ),
}


@pytest.mark.parametrize("case", ENDLESS)
def test_what_does_not_end_is_given_up(case: str) -> None:
    pieces, reason = ENDLESS[case]
    http = PooledHttp(limits=LIMITS)
    with speaking(pieces) as url:
        started = time.monotonic()
        with pytest.raises(NetworkError) as caught:
            http.get(url, limit=1_000_000)
        assert time.monotonic() - started < 5
    assert caught.value.message == f"can't fetch `{url}`: {reason} (1 tries)"
    name = "header-time = 0.3" if reason == LATE else "header-size = 65536"
    assert caught.value.hints == (
        f"the limit is `limits.{name}`, and the user configuration can raise it",
    )


def test_the_rest_of_a_redirect_is_not_waited_for() -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 9000\r\n\r\n"
    http = PooledHttp(limits=LIMITS)
    with speaking(lambda: chain([head], drip(b"x" * 9000))) as url:
        started = time.monotonic()
        with pytest.raises(NetworkError, match="redirects more than 3 times"):
            http.get(url, limit=1_000_000)
        assert time.monotonic() - started < 10


def test_headers_within_the_limits() -> None:
    slow = chain(drip(OK), [b"X-Header: " + b"x" * 40_000 + b"\r\nContent-Length: 4\r\n\r\nbody"])
    http = PooledHttp(limits=Limits(header_size=65_536, tries=1))
    with speaking(lambda: slow) as url:
        assert http.get(url, limit=4).body == b"body"
