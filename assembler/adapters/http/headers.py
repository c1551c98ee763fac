"""Answers whose headers are bounded, in bytes and in time as a whole."""

import io
import socket
import time
from collections.abc import Mapping
from http.client import HTTPResponse
from typing import ClassVar

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection

from assembler.adapters.http.faults import TransientError
from assembler.adapters.http.resolving import ResolvingConnection
from assembler.model.limits import DEFAULTS, Limits


class _Incoming(io.RawIOBase):
    """What a socket receives, in pieces: each must come in time, and be no larger than allowed.

    A piece is the headers of an answer, or what one call reads of its body, with what stands
    between: lengths of chunks, and trailers.
    """

    def __init__(self, connection: socket.socket, limits: Limits) -> None:
        self._socket = connection
        self._stream = connection.makefile("rb", buffering=0)
        self._limits = limits
        self._left = 0
        self._end = 0.0
        self.begin(io.DEFAULT_BUFFER_SIZE)

    def begin(self, size: int) -> None:
        """Begin a piece of so many bytes besides headers."""
        self._left = size + self._limits.header_size
        self._end = time.monotonic() + self._limits.header_time

    def readable(self) -> bool:
        """Whether it can be read from."""
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]  # as SocketIO
        """Receive some bytes. Raises `TransientError` for a piece that is late or too large."""
        patience, left = self._socket.gettimeout(), self._end - time.monotonic()
        if left <= 0:
            raise self._late()
        if patience is None or left >= patience:
            return self._counted(self._stream.readinto(buffer))
        self._socket.settimeout(left)
        try:
            return self._counted(self._stream.readinto(buffer))
        except TimeoutError:
            raise self._late() from None
        finally:
            self._socket.settimeout(patience)

    def close(self) -> None:
        """Let go of the socket."""
        self._stream.close()
        super().close()

    def _counted(self, count: int | None) -> int | None:
        self._left -= count or 0
        if self._left < 0:
            raise TransientError(
                f"the headers are larger than {self._limits.header_size} bytes", limit="header_size"
            )
        return count

    def _late(self) -> TransientError:
        return TransientError(
            f"the headers took more than {self._limits.header_time:g} s", limit="header_time"
        )


class BoundedAnswer(HTTPResponse):
    """An answer of a server."""

    limits: ClassVar[Limits] = DEFAULTS

    def __init__(
        self,
        sock: socket.socket,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self.fp.close()
        self._incoming = _Incoming(sock, self.limits)
        self.fp = io.BufferedReader(self._incoming)

    def read1(self, n: int = -1) -> bytes:
        """Some of the body."""
        self._incoming.begin(max(n, io.DEFAULT_BUFFER_SIZE))
        return super().read1(n)


def pools(limits: Limits) -> Mapping[str, type[HTTPConnectionPool]]:
    """The kinds of pool by scheme, whose connections bound the headers of answers."""

    class Answer(BoundedAnswer):
        """An answer within these limits."""

    class Plain(HTTPConnection):
        """A connection over plain http."""

        response_class: type[HTTPResponse] = Answer

    class Secure(ResolvingConnection):
        """A connection over https."""

        response_class: type[HTTPResponse] = Answer

    class PlainPool(HTTPConnectionPool):
        """Connections over plain http."""

        ConnectionCls = Plain  # type: ignore[mutable-override]  # how urllib3 means it

    class SecurePool(HTTPSConnectionPool):
        """Connections over https."""

        ConnectionCls = Secure  # type: ignore[mutable-override]  # how urllib3 means it

    Answer.limits = limits
    return {"http": PlainPool, "https": SecurePool}
