"""Downloads, verified and kept in the cache by content."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path, PurePath
from threading import Lock

from assembler.errors import IntegrityError, MachineError, NetworkError
from assembler.model.limits import DEFAULTS, Limits
from assembler.model.lock import LockedArtifact
from assembler.model.url import file_name, shown, without_credentials
from assembler.ports import CacheLock
from assembler.transport import Download, Http, TooLargeError

_CHUNK = 1024 * 1024


class CachedArtifacts:
    """Downloads in `<cache>/files/`, each under its sha256; every file is hashed before its use."""

    def __init__(
        self, http: Http, cache: PurePath, locks: CacheLock, *, limits: Limits = DEFAULTS
    ) -> None:
        self._http = http
        self._locks = locks
        self._folder = Path(cache) / "files"
        self._damaged = Path(cache) / "damaged"
        self._limits = limits
        self._verified: set[Path] = set()
        self._found_damaged: dict[Path, str] = {}
        self._locked: dict[str, LockedArtifact] = {}
        self._busy: dict[str, Lock] = {}
        self._lock = Lock()

    def fetch(self, artifact: LockedArtifact) -> PurePath:
        """Return the path of the file in the cache, downloaded if need be.

        A size of 0 means that it is not known. Raises `IntegrityError` where what was cached or
        downloaded is another file, and `NetworkError`.
        """
        path = self._path(artifact.sha256, artifact.url)
        size = artifact.size or None
        self._locks.share()
        with _worded(self._folder):
            if self._stands(path, artifact.sha256, size):
                return path
            with self._making(path):
                if not self._stands(path, artifact.sha256, size):
                    self._fetch(artifact, path)
        return path

    def lock(self, url: str, sha256: str | None) -> LockedArtifact:
        """Download a file whose hash is not known yet (or must be this one), and keep it."""
        self._locks.share()
        with self._turn(url), _worded(self._folder):
            if url not in self._locked or sha256 not in {None, self._locked[url].sha256}:
                self._locked[url] = self._found(url, sha256) or self._got(url, sha256)
            return self._locked[url]

    def _fetch(self, artifact: LockedArtifact, path: Path) -> None:
        try:
            self._download(artifact.url, artifact.sha256, artifact.size or None)
        except NetworkError as error:
            if damaged := self._found_damaged.get(path):
                raise _spoiled(path, artifact.sha256, damaged, error) from error
            raise

    def _got(self, url: str, sha256: str | None) -> LockedArtifact:
        if sha256 is None:
            return self._download(url, None, None)
        with self._making(self._path(sha256, url)):
            return self._found(url, sha256) or self._download(url, sha256, None)

    def _making(self, path: Path) -> AbstractContextManager[None]:
        """The turn to download a file of which the hash is known."""
        return self._locks.hold(f"file {path.parent.name}", f"downloads `{path.name}`")

    def _turn(self, key: str) -> Lock:
        with self._lock:
            return self._busy.setdefault(key, Lock())

    def _found(self, url: str, sha256: str | None) -> LockedArtifact | None:
        if sha256 is None:
            return None
        path = self._path(sha256, url)
        if not self._stands(path, sha256, None):
            return None
        size = path.stat().st_size
        return LockedArtifact(url=without_credentials(url), sha256=sha256, size=size)

    def _stands(self, path: Path, sha256: str, size: int | None) -> bool:
        """Whether the cached file is whole; a damaged one is set aside."""
        try:
            actual = path.stat().st_size
        except FileNotFoundError:
            return False
        if size is not None and actual != size and _sha256(path) == sha256:
            raise IntegrityError(
                f"`{path.name}` has {actual} bytes, where {size} are expected",
                details=(f"its sha256 is {sha256}, as expected",),
            )
        if path in self._verified and (size is None or actual == size):
            return True
        found = _sha256(path)
        if found == sha256:
            self._verified.add(path)
            with suppress(OSError):
                os.utime(path.parent)
            return True
        self._found_damaged[path] = found
        self._set_aside(path)
        return False

    def _set_aside(self, path: Path) -> None:
        self._damaged.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            path.rename(self._damaged / f"{os.urandom(8).hex()}-{path.name}")

    def _download(self, url: str, sha256: str | None, size: int | None) -> LockedArtifact:
        temporary = self._folder / f".new-{os.getpid()}-{os.urandom(8).hex()}"
        limit = self._limits.file_size if size is None else size
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            got = self._http.download(url, temporary, limit=limit)
            _check(got, url, sha256, size)
            self._publish(temporary, self._path(got.sha256, url))
        except TooLargeError as error:
            error.hints = (self._limits.way_out("file_size"),) if size is None else ()
            raise
        finally:
            temporary.unlink(missing_ok=True)
        return LockedArtifact(url=without_credentials(url), sha256=got.sha256, size=got.size)

    def _publish(self, temporary: Path, path: Path) -> None:
        """Move a verified file into the cache, unless somebody was faster."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if not self._stands(path, path.parent.name, None):
            temporary.chmod(0o444)
            temporary.rename(path)
            _sync(path.parent)
        self._verified.add(path)

    def _path(self, sha256: str, url: str) -> Path:
        return self._folder / sha256[:2] / sha256 / file_name(url)


@contextmanager
def _worded(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MachineError(f"can't use `{folder}`: {error.strerror}") from None


def _check(got: Download, url: str, sha256: str | None, size: int | None) -> None:
    if sha256 is not None and got.sha256 != sha256:
        raise IntegrityError(
            f"`{file_name(url)}` has another hash than expected",
            details=(f"from {shown(url)}", *_hashes(sha256, got.sha256)),
        )
    if size is not None and got.size != size:
        raise IntegrityError(
            f"`{file_name(url)}` has {got.size} bytes, where {size} are expected",
            details=(f"from {shown(url)}",),
        )


def _spoiled(path: Path, sha256: str, got: str, error: NetworkError) -> IntegrityError:
    """What to say of a damaged file in the cache that can't be downloaded again."""
    return IntegrityError(
        f"`{path.name}` in the cache has another hash than expected",
        details=(*_hashes(sha256, got), f"fetching it again failed: {error.message}"),
        hints=error.hints,
    )


def _hashes(expected: str, got: str) -> tuple[str, str]:
    return f"expected sha256 {expected}", f"got      sha256 {got}"


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
