"""A server on this machine that sends whatever it is told, piece by piece."""

import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

PATIENCE = 10.0
PAUSE = 0.01


@contextmanager
def speaking(pieces: Callable[[], Iterable[bytes]]) -> Iterator[str]:
    """Answer every request with these pieces, a little apart; the server's URL.

    It stops when the client has gone, and at the end of the block.
    """
    stopping = Event()
    listener = socket.create_server(("127.0.0.1", 0))
    thread = Thread(target=_serve, args=(listener, pieces, stopping), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        stopping.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(PATIENCE)


def _serve(listener: socket.socket, pieces: Callable[[], Iterable[bytes]], stopping: Event) -> None:
    with suppress(OSError):
        while not stopping.is_set():
            connection, _ = listener.accept()
            connection.settimeout(PATIENCE)
            with connection, suppress(OSError):
                _answer(connection, pieces(), stopping)


def _answer(connection: socket.socket, pieces: Iterable[bytes], stopping: Event) -> None:
    request = b""
    while b"\r\n\r\n" not in request:
        chunk = connection.recv(1 << 16)
        if not chunk:
            return
        request += chunk
    for piece in pieces:
        connection.sendall(piece)
        if stopping.wait(PAUSE):
            return
