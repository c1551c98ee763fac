"""A file on a server, read in pieces."""

import io
import re

from assembler.errors import NetworkError
from assembler.model.url import shown
from assembler.transport import Http

_TAIL = 64 * 1024
_STEP = 16 * 1024
_PARTIAL = 206
_PLACE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class RangesUnsupportedError(Exception):
    """The server does not answer `Range` requests."""


class RemoteFile(io.RawIOBase):
    """A seekable file that fetches what is read of it; its last 64 KiB come first, at one go."""

    def __init__(self, http: Http, url: str, size: int | None) -> None:
        super().__init__()
        self._http = http
        self._url = url
        first = f"{max(0, size - _TAIL)}-{size - 1}" if size else f"-{_TAIL}"
        self._size = size or 0
        start, tail = self._fetch(first)
        self._pieces = {start: tail}
        self._place = 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be sought."""
        return True

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to an offset."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        if origin + offset < 0:
            raise OSError("before the start of the file")
        self._place = origin + offset
        return self._place

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes."""
        end = self._size if size < 0 else min(self._size, self._place + size)
        if end <= self._place:
            return b""
        content = self._piece(self._place, end)
        self._place = end
        return content

    def _piece(self, start: int, end: int) -> bytes:
        for place, content in self._pieces.items():
            if place <= start and end <= place + len(content):
                return content[start - place : end - place]
        last = min(self._size, max(end, start + _STEP)) - 1
        place, content = self._fetch(f"{start}-{last}")
        self._pieces[place] = content
        if place != start or len(content) < end - start:
            raise RangesUnsupportedError
        return content[: end - start]

    def _fetch(self, wanted: str) -> tuple[int, bytes]:
        limit = 64 * 1024 * 1024
        response = self._http.get(self._url, headers={"Range": f"bytes={wanted}"}, limit=limit)
        if response.status in {404, 410}:
            raise NetworkError(f"`{shown(self._url)}` is not there ({response.status})")
        place = _PLACE.fullmatch(response.headers.get("content-range", ""))
        if response.status != _PARTIAL or place is None:
            raise RangesUnsupportedError
        start, total = int(place[1]), int(place[3])
        if self._size not in {0, total} or len(response.body) != int(place[2]) + 1 - start:
            raise RangesUnsupportedError
        self._size = total
        return start, response.body
