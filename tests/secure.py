"""Certificates for tests, and a proxy on this machine that tunnels to one server."""

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from select import select
from socket import create_connection, socket
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

PATIENCE = 10.0
HOST = "acme.example"
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")


class Authority:
    """A certificate authority, and a server's certificate for `acme.example` and this machine."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.certificate = folder / "ca.pem"
        key, request = folder / "ca.key", folder / "server.csr"
        self.chain, self.key = folder / "server.pem", folder / "server.key"
        _openssl(
            *("req", "-x509", *_KEY, "-subj", "/CN=authority"),
            *("-keyout", str(key), "-out", str(self.certificate)),
        )
        _openssl(
            *("req", *_KEY, "-subj", f"/CN={HOST}"),
            *("-keyout", str(self.key), "-out", str(request)),
        )
        names = folder / "names"
        names.write_text(f"subjectAltName=DNS:{HOST},IP:127.0.0.1\n")
        _openssl(
            *("x509", "-req", "-in", str(request), "-days", "2", "-CAcreateserial"),
            *("-CA", str(self.certificate), "-CAkey", str(key)),
            *("-extfile", str(names), "-out", str(self.chain)),
        )

    @property
    def context(self) -> ssl.SSLContext:
        """What a server with the certificate speaks."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        return context


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, timeout=PATIENCE, capture_output=True)


class Proxy:
    """What a proxy was asked, and where it is."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.url = ""


@contextmanager
def proxy(target: str) -> Iterator[Proxy]:
    """Run a proxy until the end of the block; whatever it is asked for, it tunnels to `target`."""
    seen = Proxy()
    host, _, port = target.rpartition(":")

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            inward: socket = self.request
            inward.settimeout(PATIENCE)
            head = b""
            while b"\r\n\r\n" not in head:
                head += inward.recv(4096)
            seen.asked.append(head.decode("latin-1"))
            with create_connection((host, int(port)), PATIENCE) as outward:
                inward.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                with suppress(OSError):
                    _relay(inward, outward)

    server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    seen.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)


def _relay(one: socket, other: socket) -> None:
    """Pass bytes on both ways until one side ends."""
    while True:
        ready, _, _ = select([one, other], [], [], PATIENCE)
        for side in ready:
            content = side.recv(65536)
            if not content:
                return
            (other if side is one else one).sendall(content)
        if not ready:
            return
