"""Which hosts the files of a lock are on, and whether their indexes may have them there."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from assembler.errors import IntegrityError
from assembler.model.distribution import DistributionFile
from assembler.model.lock import Lock
from assembler.model.project import IndexRoute
from assembler.model.url import shown

USUAL_URL = re.compile(r"https://([a-z0-9.-]+)/")
_PORTS = {"http": 80, "https": 443}


def misplaced(lock: Lock, indexes: Sequence[IndexRoute]) -> Iterator[IntegrityError]:
    """One error for each host of files that is neither an index's own nor in its `files`."""
    allowed = {index.url: {_host(index.url), *index.files} for index in indexes}
    named = {index.url: index for index in indexes}
    found: dict[tuple[str, str], DistributionFile] = {}
    for index, file in sorted(_files(lock), key=lambda pair: (pair[0], pair[1].filename)):
        host = _host(file.url)
        if index in allowed and host not in allowed[index]:
            found.setdefault((index, host), file)
    for (index, host), file in found.items():
        yield _error(named[index], host, file)


def _files(lock: Lock) -> Iterator[tuple[str, DistributionFile]]:
    """The distinct files of the lock, each with the URL of its index."""
    seen: set[str] = set()
    for pins in lock.cells.values():
        for pin in pins:
            for file in (*pin.wheels, *([pin.sdist] if pin.sdist else ())):
                if pin.index and file.url not in seen:
                    seen.add(file.url)
                    yield pin.index, file


def _host(url: str) -> str:
    """The host of a URL, with its port where that is not the usual one; empty for a local file."""
    if usual_url := USUAL_URL.match(url):
        return usual_url[1]
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return parts.netloc
    usual = port is None or port == _PORTS.get(parts.scheme)
    return (parts.hostname or "") if usual else f"{parts.hostname}:{port}"


def _error(index: IndexRoute, host: str, file: DistributionFile) -> IntegrityError:
    where = f"on `{host}`" if host else "a file of this machine"
    return IntegrityError(
        f"`{file.filename}` of the index `{index.name}` is {where}, where its files should not be",
        origin=index.origin if index.origin.line else None,
        details=(f"it is at {shown(file.url)}",),
        hints=(f'if that is right, add `files = ["{host}"]` to `[index.{index.name}]`',)
        if host
        else (),
    )
