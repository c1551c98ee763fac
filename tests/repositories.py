"""Git repositories for tests."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

from tests.wheels import source_files

PATIENCE = 60.0


def says(name: str, text: str) -> dict[str, str]:
    """The files of a distribution whose script prints a text."""
    return {f"{name}.py": f'def main():\n    print("{text}")\n'}


class Repository:
    """A git repository with one distribution, `helper`, in a folder or at the top."""

    def __init__(self, folder: Path, subdirectory: str = ".") -> None:
        self.folder = folder
        self.top = folder / subdirectory
        self.top.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")

    @property
    def url(self) -> str:
        """Its URL."""
        return self.folder.as_uri()

    def git(self, *words: str) -> str:
        """Run git in it."""
        settings = ("-c", "user.name=N", "-c", "user.email=n@example.com", "-c", "commit.gpgsign=0")
        command = ["git", *settings, *words]
        return subprocess.run(
            command, cwd=self.folder, check=True, timeout=PATIENCE, capture_output=True, text=True
        ).stdout.strip()

    def commit(self, version: str, *tags: str) -> str:
        """Commit a version of the distribution, and return the commit."""
        files = source_files(
            "helper",
            version,
            files=says("helper", f"helper {version}"),
            scripts={"helper": "helper:main"},
        )
        for name, content in files.items():
            path = self.top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", version)
        for tag in tags:
            self.git("tag", tag)
        return self.git("rev-parse", "HEAD")


@contextmanager
def serve(folder: Path, authorization: str | None = None) -> Iterator[str]:
    """Serve the repositories in a folder over http until the end of the block, by git itself.

    With `authorization` only to those who send this header.
    """

    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE  # type: ignore[mutable-override]  # never waits for ever

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            asked = urlsplit(self.path)
            if authorization not in {None, self.headers.get("Authorization")}:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="git"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            length = self.headers.get("Content-Length", "")
            ended = subprocess.run(
                ["git", "http-backend"],
                input=self.rfile.read(int(length or 0)),
                env={
                    "PATH": os.environ["PATH"],
                    "GIT_PROJECT_ROOT": str(folder),
                    "GIT_HTTP_EXPORT_ALL": "1",
                    "GIT_CONFIG_COUNT": "1",
                    "GIT_CONFIG_KEY_0": "safe.directory",
                    "GIT_CONFIG_VALUE_0": "*",
                    "PATH_INFO": unquote(asked.path),
                    "QUERY_STRING": asked.query,
                    "REQUEST_METHOD": self.command,
                    "CONTENT_LENGTH": length,
                    "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                    "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                    "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                },
                capture_output=True,
                timeout=PATIENCE,
                check=True,
            )
            head, _, body = ended.stdout.partition(b"\r\n\r\n")
            fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self.send_response(int(fields.pop("Status", "200").split()[0]))
            for name, value in fields.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)
