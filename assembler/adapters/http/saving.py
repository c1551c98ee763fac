"""Files as they are downloaded: hashed, counted, synced."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from assembler.adapters.http.bounds import bounded
from assembler.errors import MachineError, NetworkError
from assembler.transport import Download

_CHUNK = 1024 * 1024


def save(body: Iterable[bytes], path: PurePath, url: str) -> Download:
    """Write a body to a new file and sync it; nothing is left where that fails."""
    place = Path(path)
    digest, size = hashlib.sha256(), 0
    try:
        with place.open("xb") as stream:
            for chunk in body:
                digest.update(chunk)
                size += len(chunk)
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        place.unlink(missing_ok=True)
        raise MachineError(f"can't write `{place}`: {error.strerror}") from None
    except BaseException:
        place.unlink(missing_ok=True)
        raise
    return Download(url=url, sha256=digest.hexdigest(), size=size)


def save_copy(source: Path, path: PurePath, url: str, limit: int) -> Download:
    """Copy a file of this machine as if it were downloaded."""
    if not source.is_file():
        raise NetworkError(f"`{source}` is not there")
    return save(bounded(_read(source), url, limit), path, url)


def _read(source: Path) -> Iterator[bytes]:
    try:
        with source.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise MachineError(f"can't read `{source}`: {error.strerror}") from None
