"""Limits of what servers answer."""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain, repeat
from pathlib import Path
from socket import create_connection, create_server

from assembler.adapters.artifacts import CachedArtifacts
from assembler.adapters.disk import Disk
from assembler.adapters.http import PooledHttp
from assembler.adapters.http.address import web_origin
from assembler.adapters.http.connections import Connections
from assembler.adapters.simple_index import IndexSettings, SimpleIndex
from assembler.model.distribution import DistributionFile
from assembler.model.limits import Limits
from tests.fakes.cache_lock import MemoryCacheLock
from tests.limits.trial import Trial
from tests.raw_servers import speaking
from tests.servers import Answer, Manners, serve
from tests.wheels import make_wheel

_OK = b"HTTP/1.1 200 OK\r\n"
_ONCE = {"tries": 1}


def _index(limits: Limits, folder: Path, http: PooledHttp, name: str) -> SimpleIndex:
    cache = folder / name
    artifacts = CachedArtifacts(http, cache, MemoryCacheLock(), limits=limits)
    return SimpleIndex(http, artifacts, Disk(), IndexSettings(cache=cache, limits=limits))


def _page(limits: Limits, folder: Path) -> object:
    body = b'{"files": []}' + b" " * 87
    with serve({}) as server:
        server.always["/simple/a/"] = Answer(200, body, {"Content-Type": "application/json"})
        index = _index(limits, folder, PooledHttp(limits=limits), str(limits.page_size))
        found = index.releases(server.url, "a")
        index.close()
        return found


def _metadata(limits: Limits, folder: Path) -> object:
    filename, body = make_wheel("a", "1.0")
    text = b"Metadata-Version: 2.1\nName: a\nVersion: 1.0\n".ljust(100, b"\n")
    with serve({filename: body}) as server:
        server.always[f"/files/{filename}.metadata"] = Answer(200, text)
        index = _index(limits, folder, PooledHttp(limits=limits), str(limits.metadata_size))
        file = DistributionFile(filename=filename, url=server.file_url(filename), metadata="")
        found = index.metadata(file)
        index.close()
        return found


def _file(limits: Limits, folder: Path) -> object:
    with serve({"a.bin": b"x" * 100}) as server:
        http = PooledHttp(limits=limits)
        artifacts = CachedArtifacts(http, folder, MemoryCacheLock(), limits=limits)
        return artifacts.lock(server.file_url("a.bin"), None)


def _connections(limits: Limits, _: Path) -> object:
    pool = Connections(limits).to(web_origin("https://index.example/", insecure=False))
    return pool.connection_pool_kw["maxsize"]


def _unaccepted(limits: Limits, _: Path) -> object:
    """A server that answers, or, where there is hardly any time, one that accepts nobody."""
    if limits.connect_time > 1:
        return _answering(lambda: [_OK + b"Content-Length: 0\r\n\r\n"])(limits, _)
    with create_server(("127.0.0.1", 0), backlog=0) as listener:
        place = listener.getsockname()
        with create_connection(place):
            http = PooledHttp(limits=limits)
            return http.get(f"http://127.0.0.1:{place[1]}/", limit=9)


def _answering(pieces: Callable[[], Iterable[bytes]]) -> Callable[[Limits, Path], object]:
    def work(limits: Limits, _: Path) -> object:
        with speaking(pieces) as url:
            return PooledHttp(limits=limits).get(url, limit=1_000_000).body

    return work


def _waited(limits: Limits, _: Path) -> list[float]:
    """The waits between tries of what never gets better."""
    waits: list[float] = []
    with serve({}) as server:
        server.script("/x", *[Answer(503)] * 3)
        http = PooledHttp(limits=limits, sleep=waits.append)
        http.get(f"{server.origin}/x", limit=9)
    return waits


def _longest_wait(limits: Limits, folder: Path) -> object:
    return max(_waited(limits, folder))


def _first_wait(limits: Limits, folder: Path) -> object:
    return _waited(limits, folder)[0]


def _asked_to_wait(limits: Limits, _: Path) -> object:
    with serve({"a.bin": b"x"}) as server:
        server.script("/files/a.bin", Answer(429, headers={"Retry-After": "7"}))
        http = PooledHttp(limits=limits, sleep=lambda _: None)
        return http.get(server.file_url("a.bin"), limit=9)


def _failing_twice(limits: Limits, _: Path) -> object:
    with serve({"a.bin": b"x"}) as server:
        server.script("/files/a.bin", Answer(503), Answer(503))
        http = PooledHttp(limits=limits, sleep=lambda _: None)
        return http.get(server.file_url("a.bin"), limit=9)


def _redirected(limits: Limits, _: Path) -> object:
    with serve({"a.bin": b"x"}, Manners()) as server:
        server.always["/1"] = Answer(302, headers={"Location": "/2"})
        server.always["/2"] = Answer(302, headers={"Location": "/files/a.bin"})
        return PooledHttp(limits=limits).get(f"{server.origin}/1", limit=9)


def _slow(head: bytes, *bodies: bytes) -> Callable[[Limits, Path], object]:
    return _answering(lambda: chain([head], bodies))


_BODY = _OK + b"Content-Length: 20\r\n\r\n"
_PIECES = (b"x",) * 20
_LATE = (b"",) * 40
_HEADERS = tuple(repeat(b"X-A: b\r\n", 30))
_LONG = b"X-A: " + b"x" * 40_000 + b"\r\n"
_END = b"Content-Length: 0\r\n\r\n"

TRIALS: Mapping[str, Trial] = {
    "page_size": Trial(_page, 100, 99),
    "metadata_size": Trial(_metadata, 100, 99),
    "file_size": Trial(_file, 100, 99),
    "connections": Trial(_connections, 3, 2),
    "connect_time": Trial(_unaccepted, 5, 0.2, _ONCE),
    "read_time": Trial(_slow(_OK, *_LATE, _END), 9, 0.1, _ONCE),
    "answer_time": Trial(_slow(_BODY, *_PIECES), 9, 0.1, _ONCE),
    "header_time": Trial(_slow(_OK, *_HEADERS, _END), 9, 0.1, _ONCE),
    "header_size": Trial(_slow(_OK + _LONG + _END), 41_000, 25_000, _ONCE),
    "stall_time": Trial(_slow(_BODY, *_PIECES), 9, 0.1, _ONCE),
    "stall_size": Trial(_slow(_BODY, *_PIECES), 1, 1000, {**_ONCE, "stall_time": 0.1}),
    "tries": Trial(_failing_twice, 3, 2),
    "first_wait": Trial(_first_wait, 0.4, 0.2),
    "longest_wait": Trial(_longest_wait, 0.4, 0.2),
    "retry_after": Trial(_asked_to_wait, 7, 6),
    "redirects": Trial(_redirected, 2, 1),
}
PACED = ("connections", "first_wait", "longest_wait")
