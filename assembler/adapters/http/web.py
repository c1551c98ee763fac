"""HTTP over the network: redirects, retries, ceilings."""

import random
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import PurePath
from typing import TypeVar

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError, SSLError

from assembler import __version__
from assembler.adapters.http.access import Access
from assembler.adapters.http.address import WebOrigin, origin_of, redirected, web_origin
from assembler.adapters.http.body import chunks, decoded, timed
from assembler.adapters.http.bounds import bounded
from assembler.adapters.http.connections import Connections
from assembler.adapters.http.credentials import Credentials
from assembler.adapters.http.faults import (
    TransientError,
    described,
    failure,
    released,
    retry_after,
    untrusted,
)
from assembler.adapters.http.index_logins import IndexLogins
from assembler.adapters.http.keyring import Keyring
from assembler.adapters.http.saving import save
from assembler.errors import NetworkError
from assembler.model.limits import Limits
from assembler.model.url import shown, without_credentials
from assembler.transport import Download, HttpResponse

Result = TypeVar("Result")
Consumer = Callable[[BaseHTTPResponse, str], Result]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
_ERROR = 400
_SERVER_ERROR = 500


class WebClient:
    """Asks servers, through one pool of connections for all threads."""

    def __init__(
        self,
        limits: Limits,
        access: Access,
        sleep: Callable[[float], None],
    ) -> None:
        self._limits = limits
        self._sleep = sleep
        keyring = Keyring(access.environment, access.processes, limits)
        self._indexes = IndexLogins(access.indexes, access.environment, keyring)
        self._credentials = Credentials(access.environment, self._indexes)
        self._connections = Connections(limits)

    def get(self, url: str, *, headers: Mapping[str, str], limit: int) -> HttpResponse:
        """Read an answer into memory."""
        wanted = {"Accept-Encoding": "identity" if "Range" in headers else "gzip", **headers}

        def consume(response: BaseHTTPResponse, final: str) -> HttpResponse:
            return HttpResponse(
                status=response.status,
                url=final,
                headers={name.lower(): value for name, value in response.headers.items()},
                body=self._body(response, final, limit, ranged="Range" in headers),
            )

        return self._persist(url, wanted, consume)

    def download(self, url: str, path: PurePath, *, limit: int) -> Download:
        """Stream a file to a new path, and sync it."""

        def consume(response: BaseHTTPResponse, final: str) -> Download:
            if response.status != HTTPStatus.OK:
                raise NetworkError(f"`{shown(final)}` answers {described(response.status)}")
            body = chunks(response, self._limits, time.monotonic)
            return save(bounded(body, shown(final), limit), path, final)

        return self._persist(url, {"Accept-Encoding": "identity"}, consume)

    def close(self) -> None:
        """Close idle connections."""
        self._connections.close()

    def _body(self, response: BaseHTTPResponse, url: str, limit: int, *, ranged: bool) -> bytes:
        whole = ranged and response.status == HTTPStatus.OK
        if whole or response.status >= _ERROR or response.status == HTTPStatus.NOT_MODIFIED:
            return b""
        encoding = response.headers.get("content-encoding", "").strip().lower()
        body = timed(chunks(response, self._limits, time.monotonic), self._limits, time.monotonic)
        return b"".join(bounded(decoded(body, encoding, shown(url)), shown(url), limit))

    def _persist(self, url: str, headers: Mapping[str, str], consume: Consumer[Result]) -> Result:
        origin = self._origin(url)
        self._credentials.learn(url, origin)
        start = without_credentials(url)
        last = TransientError("no try was made")
        for attempt in range(self._limits.tries):
            if attempt:
                self._wait(attempt, last, start)
            try:
                return self._exchange(start, headers, consume)
            except TransientError as error:
                last = error
        raise NetworkError(
            f"can't fetch `{shown(start)}`: {last.reason} ({self._limits.tries} tries)",
            hints=(self._limits.way_out(last.limit),) if last.limit else (),
        )

    def _wait(self, attempt: int, last: TransientError, url: str) -> None:
        if last.wait > self._limits.retry_after:
            raise NetworkError(
                f"can't fetch `{shown(url)}`: {last.reason}, and asks to wait {last.wait:.0f} s",
                hints=(self._limits.way_out("retry_after"),),
            )
        doubled = min(self._limits.longest_wait, self._limits.first_wait * 2 ** (attempt - 1))
        jitter = random.uniform(0.5, 1.0)  # noqa: S311 - nothing secret about it
        self._sleep(max(last.wait, doubled * jitter))

    def _exchange(self, url: str, headers: Mapping[str, str], consume: Consumer[Result]) -> Result:
        current = url
        for _ in range(self._limits.redirects + 1):
            with released(self._open(current, headers)) as response:
                location = response.headers.get("location")
                if response.status not in _REDIRECTS or location is None:
                    return self._consumed(response, current, consume)
            current = redirected(current, location)
        raise NetworkError(
            f"`{shown(url)}` redirects more than {self._limits.redirects} times",
            hints=(self._limits.way_out("redirects"),),
        )

    def _consumed(self, response: BaseHTTPResponse, url: str, consume: Consumer[Result]) -> Result:
        if response.status in _TRANSIENT:
            wait = retry_after(response.headers.get("retry-after", ""))
            raise TransientError(f"the server answers {described(response.status)}", wait)
        if response.status >= _SERVER_ERROR:
            raise NetworkError(f"`{shown(url)}` answers {described(response.status)}")
        try:
            return consume(response, url)
        except HTTPError as error:
            raise failure(error) from None

    def _origin(self, url: str) -> WebOrigin:
        """Where a URL leads; plain http to an index that is `insecure` is allowed."""
        return web_origin(url, insecure=self._indexes.plain(origin_of(url)))

    def _open(self, url: str, headers: Mapping[str, str]) -> BaseHTTPResponse:
        origin = self._origin(url)
        authorised = self._credentials.headers(url, origin)
        response = self._send(url, origin, {**headers, **authorised})
        if response.status != HTTPStatus.UNAUTHORIZED:
            return response
        if not self._credentials.refused(url, origin, authorised):
            return response
        with released(response):
            authorised = self._credentials.headers(url, origin)
        return self._send(url, origin, {**headers, **authorised})

    def _send(self, url: str, origin: WebOrigin, headers: Mapping[str, str]) -> BaseHTTPResponse:
        sent = {"User-Agent": f"assembler/{__version__}", **headers}
        try:
            return self._connections.to(origin).request(
                "GET", url, headers=sent, redirect=False, preload_content=False, retries=False
            )
        except SSLError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise untrusted(origin.host, error) from None
            raise failure(error) from None
        except HTTPError as error:
            raise failure(error) from None
