"""The HTTP client against a server on this machine that misbehaves."""

import base64
import gzip
import hashlib
import io
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from inline_snapshot import snapshot
from urllib3 import HTTPResponse

from assembler.adapters.http import Access, PooledHttp
from assembler.adapters.http.address import redirected
from assembler.adapters.http.body import chunks, timed
from assembler.adapters.http.faults import TransientError, retry_after
from assembler.errors import AssemblerError, ConfigurationError, IntegrityError, NetworkError
from assembler.model.limits import DEFAULTS, Limits
from tests.servers import Answer, IndexServer, serve

BODY = b"0123456789" * 1000
PATH = "/files/a.bin"
QUICK = Limits(read_time=0.2, stall_time=0.1)


class Dripping(io.BytesIO):
    """A body that comes byte by byte."""

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read1(min(size or 1, 1))


class Client:
    """A client that notes its waits instead of waiting."""

    def __init__(self, home: Path, limits: Limits = DEFAULTS) -> None:
        self.waits: list[float] = []
        self.http = PooledHttp(
            limits=limits,
            access=Access(environment={"NETRC": str(home / "netrc")}),
            sleep=self.waits.append,
        )


@pytest.fixture
def client(tmp_path: Path) -> Client:
    return Client(tmp_path)


@pytest.fixture
def server() -> Iterator[IndexServer]:
    with serve({"a.bin": BODY}) as running:
        yield running


def test_an_answer(client: Client, server: IndexServer) -> None:
    response = client.http.get(server.file_url("a.bin"), limit=len(BODY))
    assert (response.status, response.body) == (200, BODY)
    assert response.headers["content-length"] == "10000"
    assert server.requests[0][1]["user-agent"].startswith("assembler/")


def test_connections_are_used_again(client: Client, server: IndexServer) -> None:
    for _ in range(40):
        assert client.http.get(server.url + "nothing/", limit=10).status == 404
        assert client.http.get(server.file_url("a.bin"), limit=len(BODY)).status == 200


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_transient_statuses_are_tried_again(
    client: Client, server: IndexServer, status: int
) -> None:
    server.script(PATH, *[Answer(status)] * 3)
    assert client.http.get(server.file_url("a.bin"), limit=len(BODY)).body == BODY
    assert len(client.waits) == 3
    assert 0.25 <= client.waits[0] <= 0.5
    assert 1.0 <= client.waits[2] <= 2.0


def test_four_tries_are_enough(client: Client, server: IndexServer) -> None:
    server.script(PATH, *[Answer(503)] * 9)
    with pytest.raises(NetworkError) as caught:
        client.http.get(server.file_url("a.bin"), limit=len(BODY))
    message = caught.value.message.replace(server.origin, "http://127.0.0.1")
    assert message == snapshot(
        "can't fetch `http://127.0.0.1/files/a.bin`: the server answers 503 (service unavailable)"
        " (4 tries)"
    )
    assert server.asked(PATH) == 4


def test_other_server_errors_are_final(client: Client, server: IndexServer) -> None:
    server.script(PATH, Answer(501))
    with pytest.raises(NetworkError, match=r"answers 501 \(not implemented\)"):
        client.http.get(server.file_url("a.bin"), limit=len(BODY))


def test_retry_after_is_heard(client: Client, server: IndexServer) -> None:
    server.script(PATH, Answer(429, headers={"Retry-After": "17"}))
    client.http.get(server.file_url("a.bin"), limit=len(BODY))
    assert client.waits == [17.0]


def test_a_long_retry_after_is_given_up(client: Client, server: IndexServer) -> None:
    server.script(PATH, Answer(503, headers={"Retry-After": "3600"}))
    with pytest.raises(NetworkError, match="and asks to wait 3600 s"):
        client.http.get(server.file_url("a.bin"), limit=len(BODY))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("", 0.0), ("7", 7.0), ("-7", 0.0), ("soon", 0.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
)
def test_retry_after_is_a_number_or_a_date(value: str, seconds: float) -> None:
    assert retry_after(value) == seconds


def test_short_bodies_are_tried_again(client: Client, server: IndexServer, tmp_path: Path) -> None:
    cut = Answer(200, BODY, cut=100)
    server.script(PATH, cut)
    assert client.http.get(server.file_url("a.bin"), limit=len(BODY)).body == BODY
    server.script(PATH, cut)
    got = client.http.download(server.file_url("a.bin"), tmp_path / "a", limit=len(BODY))
    assert got.sha256 == hashlib.sha256(BODY).hexdigest()
    assert (tmp_path / "a").read_bytes() == BODY


def test_a_stalled_body_is_tried_again(server: IndexServer, tmp_path: Path) -> None:
    server.script(PATH, Answer(200, BODY, cut=100, stall=True))
    client = Client(tmp_path, QUICK)
    assert client.http.get(server.file_url("a.bin"), limit=len(BODY)).body == BODY


def test_a_download_that_fails_leaves_nothing(
    client: Client, server: IndexServer, tmp_path: Path
) -> None:
    server.script(PATH, *[Answer(200, BODY, cut=100)] * 4)
    with pytest.raises(NetworkError) as caught:
        client.http.download(server.file_url("a.bin"), tmp_path / "a", limit=len(BODY))
    message = caught.value.message.replace(server.origin, "http://127.0.0.1")
    assert message == snapshot(
        "can't fetch `http://127.0.0.1/files/a.bin`: the body ended too early (4 tries)"
    )
    assert list(tmp_path.iterdir()) == []


def test_bodies_are_bounded(client: Client, server: IndexServer, tmp_path: Path) -> None:
    url = server.file_url("a.bin")
    with pytest.raises(IntegrityError, match=r"is larger than 9999 bytes"):
        client.http.get(url, limit=len(BODY) - 1)
    with pytest.raises(IntegrityError, match=r"is larger than 9999 bytes"):
        client.http.download(url, tmp_path / "a", limit=len(BODY) - 1)
    assert not (tmp_path / "a").exists()


def test_gzip_is_undone_and_bounded(client: Client, server: IndexServer) -> None:
    packed = gzip.compress(b"\0" * 1_000_000)
    encoded = Answer(200, packed, {"Content-Encoding": "gzip"})
    server.script(PATH, encoded, encoded)
    assert client.http.get(server.file_url("a.bin"), limit=1_000_000).body == b"\0" * 1_000_000
    with pytest.raises(IntegrityError):
        client.http.get(server.file_url("a.bin"), limit=999_999)


def test_damaged_and_unknown_encodings(client: Client, server: IndexServer) -> None:
    server.script(PATH, Answer(200, b"no gzip", {"Content-Encoding": "gzip"}))
    with pytest.raises(NetworkError, match="is damaged gzip"):
        client.http.get(server.file_url("a.bin"), limit=100)
    server.script(PATH, Answer(200, b"?", {"Content-Encoding": "br"}))
    with pytest.raises(NetworkError, match="in an encoding that was not asked for: `br`"):
        client.http.get(server.file_url("a.bin"), limit=100)


def test_ranges(client: Client, server: IndexServer) -> None:
    url = server.file_url("a.bin")
    response = client.http.get(url, headers={"Range": "bytes=-3"}, limit=10)
    assert (response.status, response.body) == (206, b"789")
    server.manners.ranges = False
    response = client.http.get(url, headers={"Range": "bytes=-3"}, limit=10)
    assert (response.status, response.body) == (200, b"")


def test_redirects_are_followed(client: Client, server: IndexServer) -> None:
    server.script("/old", Answer(302, headers={"Location": PATH}))
    response = client.http.get(f"{server.origin}/old", limit=len(BODY))
    assert (response.url, response.body) == (server.file_url("a.bin"), BODY)


def test_ten_redirects_are_enough(client: Client, server: IndexServer) -> None:
    server.script("/loop", *[Answer(301, headers={"Location": "/loop"})] * 20)
    with pytest.raises(NetworkError, match="redirects more than 10 times"):
        client.http.get(f"{server.origin}/loop", limit=10)
    assert server.asked("/loop") == 11


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("http://127.0.0.1/", "`https://acme.example/a` redirects from https to plain http"),
        ("http://acme.example/", "`https://acme.example/a` redirects from https to plain http"),
        ("file:///etc/passwd", "`file:///etc/passwd` is not an https URL"),
        ("https://:443/x", "`https://:443/x` names no host"),
        ("https://a:b/x", "`https://a:b/x` is not an https URL"),
    ],
)
def test_redirects_that_are_refused(location: str, message: str) -> None:
    with pytest.raises(NetworkError) as caught:
        redirected("https://me:secret@acme.example/a", location)
    assert caught.value.message == message


@pytest.mark.parametrize("host", ["example.org", "10.0.0.1", "0.0.0.0", "localhost.example.org"])
def test_plain_http_is_for_this_machine(client: Client, host: str) -> None:
    with pytest.raises(NetworkError, match="plain http is for this machine only"):
        client.http.get(f"http://{host}/x", limit=10)


def basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


def test_credentials_of_a_url_go_to_its_origin_only(client: Client, server: IndexServer) -> None:
    with serve({}) as other:
        server.script("/a", Answer(302, headers={"Location": f"{other.origin}/b"}))
        url = server.origin.replace("//", "//me:p%40ss@") + "/a"
        response = client.http.get(url, limit=10)
        assert response.url == f"{other.origin}/b"
        assert server.requests[0][1]["authorization"] == basic("me:p@ss")
        assert "authorization" not in other.requests[0][1]
    client.http.get(server.file_url("a.bin"), limit=len(BODY))
    assert server.requests[1][1]["authorization"] == basic("me:p@ss")


def test_credentials_of_netrc(client: Client, server: IndexServer, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    client.http.get(server.file_url("a.bin"), limit=len(BODY))
    assert server.requests[0][1]["authorization"] == basic("me:secret")


def test_a_default_of_netrc_is_for_nobody(
    client: Client, server: IndexServer, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("default login me password secret\n")
    client.http.get(server.file_url("a.bin"), limit=len(BODY))
    assert "authorization" not in server.requests[0][1]


def test_a_netrc_that_is_not_one(client: Client, server: IndexServer, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine\nnonsense here\n")
    with pytest.raises(ConfigurationError) as caught:
        client.http.get(server.file_url("a.bin"), limit=len(BODY))
    assert caught.value.message == f"`{tmp_path}/netrc:3` is not a netrc file"


def test_credentials_are_in_no_message(client: Client, server: IndexServer) -> None:
    server.script("/a?token=hush", *[Answer(503)] * 4)
    url = server.origin.replace("//", "//me:secret@") + "/a?token=hush"
    with pytest.raises(AssemblerError) as caught:
        client.http.get(url, limit=10)
    assert "secret" not in caught.value.message
    assert "hush" not in caught.value.message


def test_a_proxy_of_the_environment(
    server: IndexServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", server.origin.replace("//", "//me:secret@"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    client = Client(tmp_path)
    with pytest.raises(NetworkError) as caught:
        client.http.get("https://acme.example/x", limit=10)
    assert caught.value.message == snapshot(
        "can't fetch `https://acme.example/x`: the proxy can't be reached (4 tries)"
    )
    path, headers = server.requests[0]
    assert (path, headers["proxy-authorization"]) == ("acme.example:443", basic("me:secret"))
    assert client.http.get(server.file_url("a.bin"), limit=len(BODY)).body == BODY


def test_a_drip_is_a_stall() -> None:
    times = iter(float(second) for second in range(0, 1000, 10))
    body = HTTPResponse(Dripping(b"x" * 100), preload_content=False)
    slow = chunks(body, Limits(stall_time=25.0), lambda: next(times))
    with pytest.raises(TransientError, match="the body stalled"):
        list(slow)


def test_an_answer_that_takes_too_long() -> None:
    times = iter(float(second) for second in range(0, 1000, 200))
    with pytest.raises(TransientError, match="the answer took more than 300 s"):
        list(timed([b"x"] * 5, DEFAULTS, lambda: next(times)))


def test_nobody_answers(tmp_path: Path) -> None:
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        client = Client(tmp_path)
        with pytest.raises(NetworkError) as caught:
            client.http.get(f"http://127.0.0.1:{port}/x", limit=10)
    assert caught.value.message.replace(str(port), "PORT") == snapshot(
        "can't fetch `http://127.0.0.1:PORT/x`: no connection (4 tries)"
    )


def test_offline_asks_nobody(server: IndexServer) -> None:
    http = PooledHttp(offline=True)
    with pytest.raises(NetworkError):
        http.get(server.file_url("a.bin"), limit=10)
    assert server.requests == []


def test_files_of_this_machine(client: Client, tmp_path: Path) -> None:
    (tmp_path / "a b.bin").write_bytes(BODY)
    url = (tmp_path / "a b.bin").as_uri()
    assert client.http.get(url, limit=len(BODY)).body == BODY
    part = client.http.get(url, headers={"Range": "bytes=2-4"}, limit=len(BODY))
    assert (part.status, part.body, part.headers) == (
        206,
        b"234",
        {"content-range": "bytes 2-4/10000"},
    )
    tail = client.http.get(url, headers={"Range": "bytes=-2"}, limit=len(BODY))
    assert tail.body == b"89"
    assert client.http.get(url, headers={"Range": "bytes=99999-"}, limit=9).status == 416
    assert client.http.get(url + "x", limit=9).status == 404
    with pytest.raises(IntegrityError):
        client.http.get(url, limit=9)


def test_directories_of_this_machine(client: Client, tmp_path: Path) -> None:
    (tmp_path / "b&c").write_bytes(b"")
    listing = client.http.get(tmp_path.as_uri(), limit=1000)
    assert listing.body == b'<a href="b%26c">b&amp;c</a>'
    assert listing.url == tmp_path.as_uri() + "/"
    (tmp_path / "index.html").write_bytes(b"<p>")
    assert client.http.get(tmp_path.as_uri() + "/", limit=1000).body == b"<p>"


def test_files_of_other_machines(client: Client) -> None:
    with pytest.raises(NetworkError, match="names a file of another machine"):
        client.http.get("file://server/share/x", limit=10)


def test_a_file_is_copied(client: Client, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(BODY)
    got = client.http.download((tmp_path / "a").as_uri(), tmp_path / "b", limit=len(BODY))
    assert (got.size, (tmp_path / "b").read_bytes()) == (len(BODY), BODY)
    with pytest.raises(NetworkError, match="is not there"):
        client.http.download((tmp_path / "x").as_uri(), tmp_path / "c", limit=9)
