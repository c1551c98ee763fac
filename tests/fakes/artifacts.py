"""Artifacts from memory."""

import hashlib
from collections.abc import Mapping
from pathlib import Path, PurePath

from assembler.errors import IntegrityError, NetworkError
from assembler.model.lock import LockedArtifact


class MemoryArtifacts:
    """The `Artifacts` port over bytes by URL; what is fetched is written into a folder."""

    def __init__(self, folder: Path, bodies: Mapping[str, bytes] = {}) -> None:
        self.bodies = dict(bodies)
        self.fetched: list[str] = []
        self._folder = folder
        self._cached: dict[str, PurePath] = {}

    def fetch(self, artifact: LockedArtifact) -> PurePath:
        if artifact.sha256 not in self._cached:
            self._download(artifact.url, artifact.sha256, artifact.size or None)
        return self._cached[artifact.sha256]

    def lock(self, url: str, sha256: str | None) -> LockedArtifact:
        if sha256 is not None and sha256 in self._cached:
            size = Path(self._cached[sha256]).stat().st_size
            return LockedArtifact(url=url, sha256=sha256, size=size)
        return self._download(url, sha256, None)

    def _download(self, url: str, sha256: str | None, size: int | None) -> LockedArtifact:
        body = self.bodies.get(url)
        if body is None:
            raise NetworkError(f"`{url}` answers 404 (not found)")
        actual = hashlib.sha256(body).hexdigest()
        if sha256 not in {None, actual} or size not in {None, len(body)}:
            raise IntegrityError(f"`{url}` has another hash or size than expected")
        path = self._folder / actual / url.rpartition("/")[2]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        self.fetched.append(url)
        self._cached[actual] = path
        return LockedArtifact(url=url, sha256=actual, size=len(body))
