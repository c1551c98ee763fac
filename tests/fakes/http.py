"""Answers from memory."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path, PurePath

from assembler.errors import NetworkError
from assembler.transport import Download, HttpResponse, TooLargeError


class MemoryHttp:
    """The `Http` port over bytes by URL; ranges are answered, and every request is kept."""

    def __init__(self, bodies: Mapping[str, bytes] = {}) -> None:
        self.bodies = dict(bodies)
        self.requests: list[str] = []

    def get(self, url: str, *, headers: Mapping[str, str] = {}, limit: int) -> HttpResponse:
        self.requests.append(url)
        body = self.bodies.get(url)
        if body is None:
            return HttpResponse(status=404, url=url, headers={})
        if wanted := re.fullmatch(r"bytes=(\d*)-(\d*)", headers.get("Range", "")):
            return _part(url, body, wanted[1], wanted[2])
        return HttpResponse(status=200, url=url, headers={}, body=_bounded(url, body, limit))

    def download(self, url: str, path: PurePath, *, limit: int) -> Download:
        self.requests.append(url)
        if url not in self.bodies:
            raise NetworkError(f"`{url}` answers 404 (not found)")
        body = _bounded(url, self.bodies[url], limit)
        Path(path).write_bytes(body)
        return Download(url=url, sha256=hashlib.sha256(body).hexdigest(), size=len(body))


def _bounded(url: str, body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise TooLargeError(f"`{url}` is larger than {limit} bytes")
    return body


def _part(url: str, body: bytes, first: str, last: str) -> HttpResponse:
    start = int(first) if first else max(0, len(body) - int(last))
    end = min(len(body), int(last) + 1) if first and last else len(body)
    place = {"content-range": f"bytes {start}-{end - 1}/{len(body)}"}
    return HttpResponse(status=206, url=url, headers=place, body=body[start:end])
