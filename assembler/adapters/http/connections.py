"""Connections: one pool of them, the system's trust, proxies from the environment."""

from threading import Lock
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from urllib3 import PoolManager, ProxyManager, Timeout
from urllib3.exceptions import HTTPError
from urllib3.util import make_headers

from assembler.adapters.http.address import WebOrigin
from assembler.adapters.http.headers import pools
from assembler.adapters.http.trust import system_trust
from assembler.errors import ConfigurationError
from assembler.model.limits import Limits

_HOSTS = 16


class Connections:
    """The pools, made when they are first needed and shared by all threads."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._timeout = Timeout(connect=limits.connect_time, read=limits.read_time)
        self._proxies = getproxies()
        self._pools: dict[str, PoolManager] = {}
        self._proxy_of: dict[WebOrigin, str] = {}
        self._lock = Lock()

    def to(self, origin: WebOrigin) -> PoolManager:
        """Return the pool for an origin: direct, or through the environment's proxy."""
        proxy = self._proxy_of.get(origin)
        if proxy is None:
            proxy = self._proxy_of[origin] = self._proxy(origin)
        with self._lock:
            if proxy not in self._pools:
                self._pools[proxy] = self._pool(proxy)
            return self._pools[proxy]

    def close(self) -> None:
        """Close idle connections."""
        with self._lock:
            for pool in self._pools.values():
                pool.clear()

    def _proxy(self, origin: WebOrigin) -> str:
        if origin.loopback or proxy_bypass(origin.host):
            return ""
        return self._proxies.get(origin.scheme) or self._proxies.get("all") or ""

    def _pool(self, proxy: str) -> PoolManager:
        pool = self._direct() if not proxy else self._through(proxy)
        pool.pool_classes_by_scheme = dict(pools(self._limits))
        return pool

    def _direct(self) -> PoolManager:
        return PoolManager(
            _HOSTS,
            maxsize=self._limits.connections,
            block=True,
            timeout=self._timeout,
            ssl_context=system_trust(),
        )

    def _through(self, proxy: str) -> PoolManager:
        url = proxy if "://" in proxy else f"http://{proxy}"
        try:
            return ProxyManager(
                url,
                _HOSTS,
                proxy_headers=_proxy_headers(url),
                maxsize=self._limits.connections,
                block=True,
                timeout=self._timeout,
                ssl_context=system_trust(),
            )
        except (HTTPError, ValueError):
            raise ConfigurationError("the proxy in the environment is not an http URL") from None


def _proxy_headers(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    if parts.username is None:
        return {}
    return dict(make_headers(proxy_basic_auth=f"{parts.username}:{parts.password or ''}"))
