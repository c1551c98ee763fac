"""HTTP as adapters are given it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePath
from typing import Protocol

import msgspec

from assembler.errors import IntegrityError
from assembler.model.limits import Limits


class TooLargeError(IntegrityError):
    """A body has more bytes than it may have."""


@contextmanager
def within(limits: Limits, name: str) -> Iterator[None]:
    """Say of a body that is too large that the limit of this name did not let it pass."""
    try:
        yield
    except TooLargeError as error:
        error.hints = (*error.hints, limits.way_out(name))
        raise


class HttpResponse(msgspec.Struct, frozen=True, kw_only=True):
    """An answer kept in memory: the status, the URL after redirects, headers in lower case.

    Its body is empty for a status of 400 and above, and where a server answers a `Range` request
    with the whole (status 200).
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


class Download(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was downloaded: its URL after redirects, sha256 and size in bytes."""

    url: str
    sha256: str
    size: int


class Http(Protocol):
    """HTTP for reading: https, plain http on this machine only, and `file:` URLs.

    Transient failures are tried again. Raises `NetworkError` where no answer comes, or offline, and
    `TooLargeError` where a body is larger than `limit` bytes.
    """

    def get(self, url: str, *, headers: Mapping[str, str] = {}, limit: int) -> HttpResponse:
        """Read an answer into memory; statuses below 500 are answers too."""
        ...

    def download(self, url: str, path: PurePath, *, limit: int) -> Download:
        """Stream a file to a new path, and sync it. Nothing is left at the path on failure."""
        ...
