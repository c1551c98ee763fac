"""What goes wrong on the way, in words."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    IncompleteRead,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from assembler.errors import NetworkError

_SMALL = 64 * 1024
_REASONS: tuple[tuple[type[HTTPError], str], ...] = (
    (NameResolutionError, "the host's name can't be resolved"),
    (ReadTimeoutError, "no answer in time"),
    (ProxyError, "the proxy can't be reached"),
    (NewConnectionError, "no connection"),
    (ConnectTimeoutError, "connecting took too long"),
    (SSLError, "the encrypted connection failed"),
)
_LATE: tuple[tuple[type[HTTPError], str], ...] = (
    (ReadTimeoutError, "read_time"),
    (ConnectTimeoutError, "connect_time"),
)


class TransientError(Exception):
    """A failure that may pass: its reason, and how long the server asks to wait (seconds).

    `limit` names the bound that it went beyond, if that is what failed.
    """

    def __init__(self, reason: str, wait: float = 0.0, *, limit: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait
        self.limit = limit


def reason(error: HTTPError) -> str:
    """Return why a connection failed."""
    if any(isinstance(argument, IncompleteRead) for argument in error.args):
        return "the body ended too early"
    return next((words for kind, words in _REASONS if isinstance(error, kind)), "connection lost")


def failure(error: HTTPError) -> TransientError:
    """Return what failed as it may pass: a connection, or an answer that did not come in time."""
    late = next((name for kind, name in _LATE if isinstance(error, kind)), "")
    return TransientError(reason(error), limit=late)


def untrusted(host: str, error: SSLError) -> NetworkError:
    """Return the error for a certificate that the system does not trust."""
    why = str(error).rpartition("failed: ")[2].partition(" (_ssl")[0].strip("()'")
    return NetworkError(
        f"the certificate of `{host}` is not trusted: {why}",
        hints=("add the authority to the system's trust store",),
    )


def described(status: int) -> str:
    """Return an HTTP status with its meaning, `404 (not found)`."""
    try:
        return f"{status} ({HTTPStatus(status).phrase.lower()})"
    except ValueError:
        return str(status)


def retry_after(value: str) -> float:
    """Return the seconds that a `Retry-After` header asks for; 0 if there is none."""
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        instant = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    if instant.tzinfo is None:
        return 0.0
    return max(0.0, (instant - datetime.now(UTC)).total_seconds())


@contextmanager
def released(response: BaseHTTPResponse) -> Iterator[BaseHTTPResponse]:
    """Give the connection back at the end: usable again if little of the body was left."""
    try:
        yield response
        length = response.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length) <= _SMALL:
            with suppress(TransientError):
                response.drain_conn()
    finally:
        response.close()
        response.release_conn()
