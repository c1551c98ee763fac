"""Connections: one pool of them, the system's trust, proxies from the environment."""

from threading import Lock
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from urllib3 import PoolManager, ProxyManager, Timeout
from urllib3.exceptions import HTTPError
from urllib3.util import make_headers

from assembler.adapters.http.address import WebOrigin
from assembler.adapters.http.resolving import ResolvingPool
from assembler.adapters.http.trust import system_trust
from assembler.errors import ConfigurationError
from assembler.model.limits import Limits

_HOSTS = 16


class Connections:
    """The pools, made when they are first needed and shared by all threads."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
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
        timeout = Timeout(connect=self._limits.connect_time, read=self._limits.read_time)
        context = system_trust()
        size = self._limits.connections
        if not proxy:
            pool = PoolManager(
                _HOSTS,
                maxsize=size,
                block=True,
                timeout=timeout,
                ssl_context=context,
            )
            pool.pool_classes_by_scheme = {**pool.pool_classes_by_scheme, "https": ResolvingPool}
            return pool
        url = proxy if "://" in proxy else f"http://{proxy}"
        try:
            return ProxyManager(
                url,
                _HOSTS,
                proxy_headers=_proxy_headers(url),
                maxsize=size,
                block=True,
                timeout=timeout,
                ssl_context=context,
            )
        except (HTTPError, ValueError):
            raise ConfigurationError("the proxy in the environment is not an http URL") from None


def _proxy_headers(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    if parts.username is None:
        return {}
    return dict(make_headers(proxy_basic_auth=f"{parts.username}:{parts.password or ''}"))
