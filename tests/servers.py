"""A package index on this machine, over plain http, that can misbehave."""

import hashlib
import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import SSLContext
from threading import Event, Lock, Thread
from urllib.parse import unquote, urlsplit

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "application/vnd.pypi.simple.v1+html"
UPLOADED = "2026-01-01T00:00:00Z"
PATIENCE = 10.0


@dataclass(frozen=True)
class Answer:
    """One answer: `cut` closes the connection after so many bytes, `stall` sends no more."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    stall: bool = False


@dataclass(kw_only=True)
class Manners:
    """How the index behaves; may be changed while it runs.

    `yanked`, `uploaded` and `hashes` are by file name: a reason, an upload time (ISO 8601), a
    sha256 to announce instead of the true one; `statuses` by distribution: a status and its reason
    (PEP 792). `formats` are the kinds of page that it can write.
    `authorization` is the header that every request must bring.
    """

    formats: tuple[str, ...] = (JSON, HTML)
    announced: bool = True
    siblings: bool = True
    ranges: bool = True
    sizes: bool = True
    hashed: bool = True
    etags: bool = True
    max_age: int | None = None
    yanked: dict[str, str] = field(default_factory=dict)
    uploaded: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, tuple[str, str]] = field(default_factory=dict)
    version: str = "1.1"
    authorization: str | None = None


class IndexServer:
    """The files of an index, how it behaves, and what it was asked."""

    def __init__(self, files: Mapping[str, bytes], manners: Manners) -> None:
        self.files = dict(files)
        self.manners = manners
        self.requests: list[tuple[str, Mapping[str, str]]] = []
        self.stopping = Event()
        self.always: dict[str, Answer] = {}
        self._scripts: dict[str, list[Answer]] = {}
        self._lock = Lock()
        self.origin = ""

    @property
    def url(self) -> str:
        """The URL of the index."""
        return f"{self.origin}/simple/"

    @property
    def links(self) -> str:
        """The URL of a flat index: one page with all files."""
        return f"{self.origin}/links/"

    def file_url(self, filename: str) -> str:
        """The URL of one of its files."""
        return f"{self.origin}/files/{filename}"

    def script(self, path: str, *answers: Answer) -> None:
        """Answer requests for a path with these, one after another, before behaving normally.

        What stands in `always` is answered whenever nothing of this is left.
        """
        self._scripts[path] = list(answers)

    def asked(self, path: str) -> int:
        """How often a path was asked for."""
        with self._lock:
            return sum(asked == path for asked, _ in self.requests)

    def answer(self, path: str, headers: Mapping[str, str]) -> Answer:
        """Answer one request."""
        with self._lock:
            self.requests.append((path, headers))
            scripted = self._scripts.get(path)
            if scripted:
                return scripted.pop(0)
            if path in self.always:
                return self.always[path]
        if self.manners.authorization not in {None, headers.get("authorization")}:
            return Answer(401)
        plain = unquote(urlsplit(path).path)
        if match := re.fullmatch(r"/simple/([^/]+)/", plain):
            own = {file: body for file, body in self.files.items() if _name(file) == match[1]}
            return self._page(match[1], own, headers)
        if plain == "/links/":
            return self._page("links", self.files, headers)
        return self._file(plain.removeprefix("/files/"), headers)

    def _page(self, name: str, own: Mapping[str, bytes], headers: Mapping[str, str]) -> Answer:
        if not own:
            return Answer(404)
        accepted = headers.get("accept", "*/*")
        kind = next((kind for kind in self.manners.formats if kind in accepted), HTML)
        own = dict(sorted(own.items()))
        body = self._json(name, own) if kind == JSON else self._html(name, own)
        sent = {"Content-Type": kind}
        if self.manners.max_age is not None:
            sent["Cache-Control"] = f"max-age={self.manners.max_age}, public"
        if self.manners.etags:
            sent["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if headers.get("if-none-match") == sent["ETag"]:
                return Answer(304, headers=sent)
        return Answer(200, body, sent)

    def _json(self, name: str, own: Mapping[str, bytes]) -> bytes:
        files = [self._entry(filename, body) for filename, body in own.items()]
        page = {"meta": {"api-version": self.manners.version}, "name": name, "files": files}
        if name in self.manners.statuses:
            status, reason = self.manners.statuses[name]
            page["project-status"] = {"status": status, "reason": reason}
        return json.dumps(page).encode()

    def _entry(self, filename: str, body: bytes) -> dict[str, object]:
        entry: dict[str, object] = {
            "filename": filename,
            "url": f"/files/{filename}",
            "hashes": {"sha256": self._hash(filename)} if self.manners.hashed else {},
            "upload-time": self.manners.uploaded.get(filename, UPLOADED),
            "yanked": self.manners.yanked.get(filename, False),
        }
        if self.manners.sizes:
            entry["size"] = len(body)
        metadata = wheel_metadata(filename, body)
        if python := requires_python(metadata):
            entry["requires-python"] = python
        if self.manners.announced and metadata:
            entry["core-metadata"] = {"sha256": hashlib.sha256(metadata).hexdigest()}
        return entry

    def _html(self, name: str, own: Mapping[str, bytes]) -> bytes:
        lines = [f'<meta name="pypi:repository-version" content="{self.manners.version}">']
        if name in self.manners.statuses:
            status, reason = self.manners.statuses[name]
            lines.append(f'<meta name="pypi:project-status" content="{status}">')
            lines.append(f'<meta name="pypi:project-status-reason" content="{reason}">')
        for filename, body in own.items():
            attributes = {"href": f"/files/{filename}"}
            if self.manners.hashed:
                attributes["href"] += f"#sha256={self._hash(filename)}"
            metadata = wheel_metadata(filename, body)
            if python := requires_python(metadata):
                attributes["data-requires-python"] = python
            if filename in self.manners.yanked:
                attributes["data-yanked"] = self.manners.yanked[filename]
            if self.manners.announced and metadata:
                digest = hashlib.sha256(metadata).hexdigest()
                attributes["data-core-metadata"] = f"sha256={digest}"
            shown = " ".join(f'{key}="{html.escape(text)}"' for key, text in attributes.items())
            lines.append(f"<a {shown}>{filename}</a>")
        return "\n".join(lines).encode()

    def _hash(self, filename: str) -> str:
        true = hashlib.sha256(self.files[filename]).hexdigest()
        return self.manners.hashes.get(filename, true)

    def _file(self, filename: str, headers: Mapping[str, str]) -> Answer:
        if filename.endswith(".metadata") and self.manners.siblings:
            wheel = filename.removesuffix(".metadata")
            metadata = wheel_metadata(wheel, self.files.get(wheel, b""))
            return Answer(200, metadata) if metadata else Answer(404)
        body = self.files.get(filename)
        if body is None:
            return Answer(404)
        wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", headers.get("range", ""))
        if wanted is None or not self.manners.ranges:
            return Answer(200, body)
        first = int(wanted[1]) if wanted[1] else max(0, len(body) - int(wanted[2]))
        last = min(len(body) - 1, int(wanted[2])) if wanted[1] and wanted[2] else len(body) - 1
        place = {"Content-Range": f"bytes {first}-{last}/{len(body)}"}
        return Answer(206, body[first : last + 1], place)


@contextmanager
def serve(
    files: Mapping[str, bytes] | Path,
    manners: Manners | None = None,
    context: SSLContext | None = None,
) -> Iterator[IndexServer]:
    """Run an index of these files (or of a directory's) until the end of the block.

    With a context it speaks https.
    """
    if isinstance(files, Path):
        files = {path.name: path.read_bytes() for path in sorted(files.iterdir())}
    index = IndexServer(files, manners or Manners())

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = PATIENCE  # type: ignore[mutable-override]  # never waits for ever

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            send(self, index.answer(self.path, headers), index.stopping)

        def do_CONNECT(self) -> None:
            self.do_GET()

        def do_HEAD(self) -> None:
            self.do_GET()

        def handle(self) -> None:
            with suppress(ConnectionError):
                super().handle()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    index.origin = f"{'https' if context else 'http'}://127.0.0.1:{server.server_address[1]}"
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield index
    finally:
        index.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)


def send(handler: BaseHTTPRequestHandler, answer: Answer, stopping: Event) -> None:
    handler.send_response(answer.status)
    for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(answer.body[: answer.cut])
    if answer.stall:
        stopping.wait(PATIENCE)
    if answer.stall or answer.cut is not None:
        handler.close_connection = True


def wheel_metadata(filename: str, body: bytes) -> bytes:
    """The `METADATA` of a wheel, empty for anything else."""
    if not filename.endswith(".whl") or not body:
        return b""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
            return archive.read(names[0])
    except (zipfile.BadZipFile, IndexError, UnicodeError, RuntimeError, zlib.error):
        return b""


def requires_python(metadata: bytes) -> str | None:
    """The `Requires-Python` of core metadata."""
    found = re.search(rb"^Requires-Python: (.+)$", metadata, re.MULTILINE)
    return found[1].decode() if found else None


def _name(filename: str) -> str:
    wheel = filename.endswith(".whl")
    stem = filename.partition("-")[0] if wheel else filename.rpartition("-")[0]
    return re.sub(r"[-_.]+", "-", stem).lower()
