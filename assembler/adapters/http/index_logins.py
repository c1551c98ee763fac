"""Credentials of the project's indexes: from the environment, and from the keyring when refused."""

import re
from collections.abc import Iterable, Mapping
from itertools import takewhile
from threading import Lock
from urllib.parse import urlsplit

from assembler.adapters.http.address import WebOrigin, web_origin
from assembler.adapters.http.keyring import Keyring, Login
from assembler.model.project import IndexRoute

_TOKEN_USER = "__token__"  # noqa: S105 - the name that goes with a token


class IndexLogins:
    """Which user name and password go to which index.

    They are for the origin of the index's URL; of several indexes there the one counts that has
    most of the URL's path in common.
    """

    def __init__(
        self, indexes: Iterable[IndexRoute], environment: Mapping[str, str], keyring: Keyring
    ) -> None:
        self._environment = environment
        self._keyring = keyring
        self._indexes: dict[WebOrigin, list[IndexRoute]] = {}
        for index in indexes:
            if not index.url.startswith("file:"):
                origin = web_origin(index.url, insecure=index.insecure)
                self._indexes.setdefault(origin, []).append(index)
        self._asked: dict[str, Login | None] = {}
        self._lock = Lock()

    def plain(self, origin: WebOrigin) -> bool:
        """Whether an index with `insecure = true` is there."""
        return any(index.insecure for index in self._indexes.get(origin, ()))

    def known(self, url: str, origin: WebOrigin) -> Login | None:
        """What goes with a request without asking anybody."""
        index = self._index(url, origin)
        if index is None:
            return None
        return self._asked.get(index.name) or self._of_environment(index)

    def ask(self, url: str, origin: WebOrigin) -> Login | None:
        """Ask the keyring, once for each index; `None` where it has nothing.

        Raises `NetworkError` if it gives no answer in time.
        """
        index = self._index(url, origin)
        if index is None or self._of_environment(index):
            return None
        with self._lock:
            if index.name not in self._asked:
                self._asked[index.name] = self._of_keyring(index, origin)
            return self._asked[index.name]

    def _index(self, url: str, origin: WebOrigin) -> IndexRoute | None:
        path = urlsplit(url).path
        return max(
            self._indexes.get(origin, ()),
            key=lambda index: _in_common(path, urlsplit(index.url).path),
            default=None,
        )

    def _of_environment(self, index: IndexRoute) -> Login | None:
        username = self._variable(index, "USERNAME")
        if token := self._variable(index, "TOKEN"):
            return username or _TOKEN_USER, token
        password = self._variable(index, "PASSWORD")
        return (username, password) if password else None

    def _of_keyring(self, index: IndexRoute, origin: WebOrigin) -> Login | None:
        username = self._variable(index, "USERNAME")
        login = self._keyring.login(index.url, username)
        return login or self._keyring.login(origin.host, username)

    def _variable(self, index: IndexRoute, what: str) -> str:
        name = re.sub(r"\W", "_", index.name).upper()
        return self._environment.get(f"ASSEMBLER_INDEX_{name}_{what}", "")


def _in_common(one: str, other: str) -> int:
    """How many of the first names of two paths are equal."""
    pairs = zip(one.split("/"), other.split("/"), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
