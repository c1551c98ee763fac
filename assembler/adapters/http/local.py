"""`file:` URLs, read like answers of a server."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from assembler.errors import MachineError, NetworkError
from assembler.transport import HttpResponse, TooLargeError

_HTML = {"content-type": "text/html"}


def local_path(url: str) -> Path:
    """Return the path that a `file:` URL names; raises `NetworkError` for another host's."""
    parts = urlsplit(url)
    if parts.netloc not in {"", "localhost"}:
        raise NetworkError(f"`{url}` names a file of another machine")
    return Path(unquote(parts.path))


def answer(url: str, headers: Mapping[str, str], limit: int) -> HttpResponse:
    """Answer with a file (or a range of it), a directory's `index.html`, or a list of its files."""
    path = local_path(url)
    try:
        if path.is_dir():
            index = path / "index.html"
            return _whole(index, url, limit) if index.is_file() else _listing(path, url)
        if not path.is_file():
            return HttpResponse(status=404, url=url, headers={})
        if wanted := headers.get("Range"):
            return _part(path, url, wanted)
        return _whole(path, url, limit)
    except OSError as error:
        raise MachineError(f"can't read `{path}`: {error.strerror}") from None


def _whole(path: Path, url: str, limit: int) -> HttpResponse:
    if path.stat().st_size > limit:
        raise TooLargeError(f"`{path}` is larger than {limit} bytes")
    kind = _HTML if path.suffix == ".html" else {}
    return HttpResponse(status=200, url=url, headers=kind, body=path.read_bytes())


def _part(path: Path, url: str, wanted: str) -> HttpResponse:
    size = path.stat().st_size
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if start >= size:
        return HttpResponse(status=416, url=url, headers={})
    with path.open("rb") as stream:
        stream.seek(start)
        body = stream.read(end - start)
    place = {"content-range": f"bytes {start}-{end - 1}/{size}"}
    return HttpResponse(status=206, url=url, headers=place, body=body)


def _listing(path: Path, url: str) -> HttpResponse:
    from html import escape  # noqa: PLC0415 - loads the names of all entities

    names = sorted(entry.name for entry in os.scandir(path) if entry.is_file())
    links = (f'<a href="{quote(name)}">{escape(name)}</a>' for name in names)
    body = "\n".join(links).encode("utf-8", "surrogateescape")
    return HttpResponse(status=200, url=url.rstrip("/") + "/", headers=_HTML, body=body)
