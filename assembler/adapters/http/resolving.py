"""Connections that ask for a host's address once: resolvers drop questions in bulk."""

import socket
from contextlib import suppress
from functools import lru_cache
from threading import Lock

from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError

_asking = Lock()


class ResolvingConnection(HTTPSConnection):
    """A connection to the address that is known, else to whichever the name has."""

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        try:
            with suppress(HTTPError, OSError):
                self._dns_host = _address_of(name, self.port)
                return super()._new_conn()
        finally:
            self._dns_host = name
        return super()._new_conn()


def _address_of(name: str, port: int) -> str:
    with _asking:
        return _asked(name, port)


@lru_cache(maxsize=64)
def _asked(name: str, port: int) -> str:
    return str(socket.getaddrinfo(name, port, 0, socket.SOCK_STREAM)[0][4][0])
