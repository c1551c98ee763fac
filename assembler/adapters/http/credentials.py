"""Credentials from URLs and netrc, bound to scheme, host and port."""

import netrc
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from urllib3.util import make_headers

from assembler.adapters.http.address import WebOrigin
from assembler.errors import ConfigurationError


class Credentials:
    """Which `Authorization` goes to which origin."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._known: dict[WebOrigin, str | None] = {}

    def learn(self, url: str, origin: WebOrigin) -> None:
        """Remember the user name and password in a URL for its origin."""
        parts = urlsplit(url)
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._known[origin] = _basic(pair)

    def headers(self, origin: WebOrigin) -> dict[str, str]:
        """Return the header that authorises requests to the origin, if there is one."""
        if origin not in self._known:
            self._known[origin] = self._from_netrc(origin)
        value = self._known[origin]
        return {"Authorization": value} if value else {}

    def _from_netrc(self, origin: WebOrigin) -> str | None:
        path = Path(self._environment.get("NETRC") or Path.home() / ".netrc")
        if not path.is_file() or not os.access(path, os.R_OK):
            return None
        try:
            hosts = netrc.netrc(str(path)).hosts
        except (netrc.NetrcParseError, UnicodeDecodeError) as error:
            line = getattr(error, "lineno", None)
            place = f"{path}:{line}" if line else str(path)
            raise ConfigurationError(f"`{place}` is not a netrc file") from None
        found = hosts.get(f"{origin.host}:{origin.port}") or hosts.get(origin.host)
        return _basic(f"{found[0]}:{found[2]}") if found else None


def _basic(pair: str) -> str:
    return make_headers(basic_auth=pair)["authorization"]
