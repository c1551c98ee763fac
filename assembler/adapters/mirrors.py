"""Mirrors: what is fetched comes from elsewhere, and nothing shows it."""

from collections.abc import Mapping
from pathlib import PurePath

import msgspec

from assembler.transport import Download, Http, HttpResponse

_PAGES = ("text/html", "application/vnd.pypi.simple", "application/json")


class MirroredHttp:
    """HTTP that asks mirrors instead of the URLs that begin with what they stand for.

    Answers look as if they came from the URL that was asked for: links to the mirror in index pages
    lead back, so that no lock ever holds a mirror's address.
    """

    def __init__(self, http: Http, mirrors: Mapping[str, str]) -> None:
        self._http = http
        self._mirrors = sorted(mirrors.items(), key=lambda pair: -len(pair[0]))
        self._originals = sorted(
            ((mirror, original) for original, mirror in mirrors.items()),
            key=lambda pair: -len(pair[0]),
        )

    def get(self, url: str, *, headers: Mapping[str, str] = {}, limit: int) -> HttpResponse:
        """Read an answer into memory."""
        answer = self._http.get(_replaced(url, self._mirrors), headers=headers, limit=limit)
        body = answer.body
        if answer.headers.get("content-type", "").startswith(_PAGES):
            for mirror, original in self._originals:
                body = body.replace(mirror.encode(), original.encode())
        return msgspec.structs.replace(answer, url=self._original(answer.url), body=body)

    def download(self, url: str, path: PurePath, *, limit: int) -> Download:
        """Stream a file to a new path, and sync it."""
        got = self._http.download(_replaced(url, self._mirrors), path, limit=limit)
        return msgspec.structs.replace(got, url=self._original(got.url))

    def _original(self, url: str) -> str:
        return _replaced(url, self._originals)


def _replaced(url: str, prefixes: list[tuple[str, str]]) -> str:
    for prefix, other in prefixes:
        if url.startswith(prefix):
            return other + url.removeprefix(prefix)
    return url
