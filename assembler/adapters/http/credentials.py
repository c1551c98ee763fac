"""Credentials from URLs, the environment, netrc and keyring, bound to scheme, host and port."""

import netrc
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from urllib3.util import make_headers

from assembler.adapters.http.address import WebOrigin
from assembler.adapters.http.index_logins import IndexLogins
from assembler.errors import ConfigurationError

HEADER = "Authorization"


class Credentials:
    """Which `Authorization` goes with which request."""

    def __init__(self, environment: Mapping[str, str], indexes: IndexLogins) -> None:
        self._environment = environment
        self._indexes = indexes
        self._said: dict[WebOrigin, str] = {}
        self._in_netrc: dict[WebOrigin, str | None] = {}

    def learn(self, url: str, origin: WebOrigin) -> None:
        """Remember the user name and password in a URL for its origin."""
        parts = urlsplit(url)
        if parts.username is not None:
            self._said[origin] = _basic(unquote(parts.username), unquote(parts.password or ""))

    def headers(self, url: str, origin: WebOrigin) -> dict[str, str]:
        """Return the header that authorises a request, if there is one.

        What a URL said comes first, then the environment's words for its index, then netrc.
        """
        if said := self._said.get(origin):
            return {HEADER: said}
        if login := self._indexes.known(url, origin):
            return {HEADER: _basic(*login)}
        if origin not in self._in_netrc:
            self._in_netrc[origin] = self._from_netrc(origin)
        value = self._in_netrc[origin]
        return {HEADER: value} if value else {}

    def refused(self, url: str, origin: WebOrigin, sent: Mapping[str, str]) -> bool:
        """Whether a request that was refused is worth another try, with what the keyring has."""
        if origin in self._said:
            return False
        login = self._indexes.ask(url, origin)
        return login is not None and sent.get(HEADER) != _basic(*login)

    @property
    def _netrc(self) -> Path | None:
        """The file of credentials; a user without a home has none."""
        if named := self._environment.get("NETRC"):
            return Path(named)
        try:
            return Path.home() / ".netrc"
        except RuntimeError:
            return None

    def _from_netrc(self, origin: WebOrigin) -> str | None:
        path = self._netrc
        if path is None or not path.is_file() or not os.access(path, os.R_OK):
            return None
        try:
            hosts = netrc.netrc(str(path)).hosts
        except (netrc.NetrcParseError, UnicodeDecodeError) as error:
            line = getattr(error, "lineno", None)
            place = f"{path}:{line}" if line else str(path)
            raise ConfigurationError(f"`{place}` is not a netrc file") from None
        found = hosts.get(f"{origin.host}:{origin.port}") or hosts.get(origin.host)
        return _basic(found[0], found[2]) if found else None


def _basic(username: str, password: str) -> str:
    return make_headers(basic_auth=f"{username}:{password}")["authorization"]
