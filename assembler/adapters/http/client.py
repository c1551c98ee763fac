"""The HTTP port: what is local or refused is answered without loading an HTTP library."""

import time
from collections.abc import Callable, Mapping
from pathlib import PurePath
from threading import Lock
from typing import TYPE_CHECKING

from assembler.adapters.http.access import Access
from assembler.errors import OfflineError
from assembler.model.limits import DEFAULTS, Limits
from assembler.model.url import shown
from assembler.transport import Download, HttpResponse

if TYPE_CHECKING:
    from assembler.adapters.http.web import WebClient


class PooledHttp:
    """One pool of connections for all threads, with the system's trust and proxies.

    `offline` refuses everything but `file:` URLs; `access` says whom credentials are asked of.
    """

    def __init__(
        self,
        *,
        offline: bool = False,
        limits: Limits = DEFAULTS,
        access: Access = Access(),  # noqa: B008 - a frozen value
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._access = access
        self._offline = offline
        self._limits = limits
        self._sleep = sleep
        self._client: WebClient | None = None
        self._lock = Lock()

    def get(self, url: str, *, headers: Mapping[str, str] = {}, limit: int) -> HttpResponse:
        """Read an answer into memory."""
        if url.startswith("file:"):
            from assembler.adapters.http.local import answer  # noqa: PLC0415 - few indexes are local

            return answer(url, headers, limit)
        return self._web(url).get(url, headers=headers, limit=limit)

    def download(self, url: str, path: PurePath, *, limit: int) -> Download:
        """Stream a file to a new path, and sync it."""
        if url.startswith("file:"):
            from assembler.adapters.http.local import local_path  # noqa: PLC0415 - the same
            from assembler.adapters.http.saving import save_copy  # noqa: PLC0415 - the same

            return save_copy(local_path(url), path, url, limit)
        return self._web(url).download(url, path, limit=limit)

    def close(self) -> None:
        """Close idle connections."""
        if self._client is not None:
            self._client.close()

    def _web(self, url: str) -> "WebClient":
        if self._offline:
            raise OfflineError([f"`{shown(url)}`"])
        from assembler.adapters.http.web import (  # noqa: PLC0415 - loads urllib3, 100 ms
            WebClient,
        )

        with self._lock:
            if self._client is None:
                self._client = WebClient(self._limits, self._access, self._sleep)
            return self._client
