"""A real nginx, checked when it is built, run from the prefix without privileges, and deployed."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer
from threading import Thread
from typing import Any

import pytest

from tests.behaviours.world import PATIENCE, World
from tests.secure import Authority
from tests.servers import serve

NOBODY = 65534
ASSEMBLY = """
[parts.pages]
recipe = "template"
to = "pages/page.txt"
text = "a page"

[parts.site]
recipe = "nginx"
server-name = "shop.example"
listen = "127.0.0.1:PORT"
upstream = "unix:var/run/web.sock"
static = { "/static" = "${parts.pages.dir}/pages" }
access-log = "var/log/site.log"
headers = { X-Kept = "a;b{\\"$scheme\\"}" }
websocket = true
settings = { add_header = ["X-Site 'it; is'"] }
standalone = { workers = 1 }

[parts.site.locations]
"/old" = { redirect = "/new$request_uri" }
"/app" = { static = "${parts.pages.dir}/pages", fallback = "/static/page.txt", expires = "30d" }
"= /robots.txt" = { static = "${parts.pages.dir}/pages/page.txt" }
"""


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    def do_GET(self) -> None:
        asked = "".join(f"{name}: {value}\n" for name, value in self.headers.items())
        body = f"{self.path}\n{asked}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "upstream"

    def log_message(self, *words: object) -> None:
        """Say nothing."""


class Upstream(ThreadingUnixStreamServer):
    daemon_threads = True


@pytest.fixture
def site() -> Iterator[World]:
    """A world that everybody may look into, as nginx runs as nobody where tests run as root."""
    folder = Path(tempfile.mkdtemp(prefix="site-"))
    folder.chmod(0o755)
    try:
        with serve({}) as index:
            yield World(folder, index)
    finally:
        shutil.rmtree(folder)


@contextmanager
def upstream(path: Path) -> Iterator[None]:
    with Upstream(str(path), Echo) as server:
        path.chmod(0o777)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def running(world: World, *listening: socket.socket) -> Iterator[subprocess.Popen[str]]:
    """Nginx from the prefix, as nobody if possible.

    It is given the sockets that it listens on, so that nothing has to wait until it does.
    """
    sockets = [each.fileno() for each in listening]
    without: dict[str, Any] = {}
    if os.geteuid() == 0:
        for path in world.prefix.glob("var/**/"):
            os.chown(path, NOBODY, NOBODY)
        without = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    with subprocess.Popen(
        [world.prefix / "bin/site"],
        env={"NGINX": "".join(f"{each};" for each in sockets)},
        pass_fds=sockets,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        **without,
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(PATIENCE)


def get(
    listening: socket.socket, path: str, *, secure: ssl.SSLContext | None = None, **headers: str
) -> tuple[HTTPResponse, str]:
    host, port = listening.getsockname()
    connection = HTTPConnection(host, port, timeout=PATIENCE)
    if secure is not None:
        connection = HTTPSConnection(host, port, timeout=PATIENCE, context=secure)
    try:
        connection.request("GET", path, headers={"Host": "shop.example:81", **headers})
        answer = connection.getresponse()
        return answer, answer.read().decode()
    finally:
        connection.close()


def test_nginx_runs_from_the_prefix_without_privileges(site: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        site.assembly(ASSEMBLY.replace("PORT", str(listening.getsockname()[1])))
        assert "is not checked" not in site.build().messages
        with upstream(site.prefix / "var/run/web.sock"), running(site, listening) as process:
            check_answers(listening)
            pid = site.prefix / "var/run/site.pid"
            assert int(pid.read_text()) == process.pid
        assert process.returncode == 0
        assert not pid.exists()
    log = (site.prefix / "var/log/site.log").read_text()
    assert '"GET /static/page.txt HTTP/1.1" 200 6' in log
    site.edit("[parts.site]\n", "[parts.site]\nenabled = false\n")
    site.done("build")
    assert not (site.prefix / "var/tmp").exists()


def check_answers(listening: socket.socket) -> None:
    """What each path of the site answers."""
    answer, body = get(listening, "/static/page.txt")
    assert (answer.status, body) == (200, "a page")
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["X-Site"] == "it; is"

    answer, body = get(listening, "/basket?a=1", Upgrade="websocket")
    first, *asked = body.splitlines()
    assert first == "/basket?a=1"
    assert set(asked) >= {
        "Host: shop.example:81",
        "X-Real-IP: 127.0.0.1",
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Proto: http",
        'X-Kept: a;b{"http"}',
        "Upgrade: websocket",
        "Connection: upgrade",
    }
    _, body = get(listening, "/")
    assert "Connection:" not in body
    assert "Upgrade:" not in body

    answer, _ = get(listening, "/old/x")
    assert (answer.status, answer.headers["Location"]) == (
        301,
        f"http://shop.example:{listening.getsockname()[1]}/new/old/x",
    )
    answer, body = get(listening, "/app/none")
    assert (answer.status, body) == (200, "a page")
    answer, body = get(listening, "/app/page.txt")
    assert (body, answer.headers["Cache-Control"]) == ("a page", "max-age=2592000")
    assert get(listening, "/robots.txt")[1] == "a page"
    assert get(listening, "/static/../../etc/passwd")[0].status == 400
    assert get(listening, "/static../page.txt")[1].startswith("/static../page.txt\n")


def test_what_is_not_encrypted_is_redirected(site: World) -> None:
    authority = Authority(site.folder / "tls")
    authority.key.chmod(0o644)
    with (
        socket.create_server(("127.0.0.1", 0)) as plain,
        socket.create_server(("127.0.0.1", 0)) as encrypted,
    ):
        plain_port, port = (each.getsockname()[1] for each in (plain, encrypted))
        site.write("challenge/token", "proof")
        site.assembly(
            f"""
[parts.site]
recipe = "nginx"
listen = ["127.0.0.1:{plain_port}", "127.0.0.1:{port} ssl http2"]
certificate = "{authority.chain}"
certificate-key = "{authority.key}"
https-only = true
standalone = {{ workers = 1 }}

[parts.site.static]
"/" = "${{assembly.project}}"
"/.well-known/acme-challenge" = "${{assembly.project}}/challenge"
"""
        )
        site.build()
        with running(site, plain, encrypted):
            secure = ssl.create_default_context(cafile=str(authority.certificate))
            answer, body = get(encrypted, "/challenge/token", secure=secure)
            assert (answer.status, body) == (200, "proof")
            answer, _ = get(plain, "/challenge/token?a=1")
            moved = f"https://shop.example:{port}/challenge/token?a=1"
            assert (answer.status, answer.headers["Location"]) == (301, moved)
            answer, body = get(plain, "/.well-known/acme-challenge/token")
            assert (answer.status, body) == (200, "proof")


def test_the_machine_s_nginx_takes_the_site_over(world: World) -> None:
    world.assembly(
        """
[parts.site]
recipe = "nginx"
listen = ["80", "[::]:443 ssl http2"]
https-only = true
certificate = "/etc/ssl/of-the-machine.pem"
certificate-key = "/etc/ssl/of-the-machine.key"
upstream = ["app.not-here.example:8000", "127.0.0.1:8001 backup"]
directory = "${assembly.project}/conf.d"
reload = ["cp", "${assembly.project}/conf.d/site.conf", "${assembly.project}/read"]
error-log = "/var/log/of-the-machine/error.log"
settings = { ssl_dhparam = "/etc/ssl/of-the-machine.pem" }
includes = ["/etc/of-the-machine.conf"]
""".replace("${assembly.project}/conf.d", str(world.project / "conf.d"))
    )
    assert "is not checked" not in world.build().messages
    first = world.done("deploy", "--json").document
    deployed = world.project / "conf.d/site.conf"
    assert first["installed"] == [str(deployed)]
    assert (world.project / "read").read_text() == deployed.read_text()
    assert "return 301 https://$host$request_uri;" in deployed.read_text()
    assert world.done("deploy", "--json").document["changed"] is False
    world.edit("8001", "8002")
    world.done("build")
    world.done("deploy")
    assert "127.0.0.1:8002 backup;" in (world.project / "read").read_text()


def machine_s_nginx(folder: Path) -> str:
    """A PATH with an nginx whose own configuration is in this folder, and no systemd."""
    tool = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    assert tool, "nginx must be installed"
    (folder / "conf.d").mkdir(parents=True)
    (folder / "tmp").mkdir()
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path tmp/{kind}; " for kind in kinds)
    (folder / "nginx.conf").write_text(
        "pid nginx.pid; error_log stderr notice; events {}\n"
        f"http {{ access_log off; {temporary} include conf.d/*.conf; }}\n"
    )
    (folder / "bin").mkdir()
    for name, script in (
        ("nginx", f'exec {tool} -e stderr -p {folder}/ -c {folder}/nginx.conf "$@"'),
        ("systemctl", "exit 3"),
    ):
        (folder / "bin" / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / "bin" / name).chmod(0o755)
    return f"{folder}/bin:{os.environ['PATH']}"


def test_a_running_one_is_reloaded(world: World) -> None:
    machine = world.folder / "machine"
    path = {"PATH": machine_s_nginx(machine)}
    world.assembly(
        f"""
[parts.site]
recipe = "nginx"
listen = "unix:{machine}/site.sock"
static = {{ "/" = "/srv" }}
directory = "{machine}/conf.d"
"""
    )
    world.build()
    world.done("deploy", environment=path)
    with subprocess.Popen(
        [machine / "bin/nginx", "-g", "daemon off;"], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        try:
            next(line for line in process.stderr if "start worker process " in line)
            world.edit('"/" = "/srv"', '"/" = "/srv/www"')
            world.done("build")
            world.done("deploy", environment=path)
            next(line for line in process.stderr if "reconfiguring" in line)

            world.edit("site.sock", "site.sock ssl")
            world.edit(
                "[parts.site]\n",
                '[parts.site]\ncertificate = "/not/there"\ncertificate-key = "/not/there"\n',
            )
            world.done("build")
            ended = world.assemble("deploy", environment=path)
            assert ended.code == 5
            assert 'cannot load certificate "/not/there"' in ended.messages
            assert world.assemble("deploy", environment=path).code == 5
            assert process.poll() is None
        finally:
            process.send_signal(signal.SIGQUIT)
            process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    world.done("undeploy", environment=path)
    assert not list((machine / "conf.d").iterdir())


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("add_header", "add_heder", 'unknown directive "add_heder"'),
        ('"/old"', '"~ (old"', 'in "(old"'),
    ],
)
def test_what_nginx_does_not_understand_fails_the_build(
    world: World, before: str, after: str, message: str
) -> None:
    world.assembly(ASSEMBLY.replace("PORT", "8080").replace(before, after))
    world.done("lock")
    ended = world.assemble("build")
    assert ended.code == 5
    assert message in ended.messages


def test_a_prefix_whose_path_nginx_would_misread_is_refused(world: World) -> None:
    world.assembly(ASSEMBLY.replace("PORT", "8080"))
    world.done("lock")
    ended = world.assemble("build", "--prefix", str(world.folder / "a$b"))
    assert ended.code == 5
    assert "nginx would misread the path" in ended.messages
