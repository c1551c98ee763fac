"""Who works with the cache: many share it, and who cleans it is alone."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path, PurePath

from assembler.ports import Reporter

_NAME = "lock"


class FolderCacheLock:
    """The `CacheLock` port: `flock` on a file in the cache.

    Where the file can be neither made nor locked the work goes on without: what is missing from a
    cache is made again.
    """

    def __init__(self, cache: PurePath, reporter: Reporter) -> None:
        self._path = Path(cache) / _NAME
        self._reporter = reporter
        self._shared: int | None = None

    def share(self) -> None:
        """Keep the cache from being cleaned until we are closed."""
        if self._shared is None:
            self._shared = _opened(self._path)
            self._lock(self._shared, alone=False)

    def alone(self) -> AbstractContextManager[None]:
        """Have the cache alone; waiting for others is announced."""
        return self._alone()

    def close(self) -> None:
        """Let it be cleaned."""
        if self._shared is not None:
            os.close(self._shared)
            self._shared = None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        descriptor = _opened(self._path)
        try:
            self._lock(descriptor, alone=True)
            yield
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def _lock(self, descriptor: int | None, *, alone: bool) -> None:
        if descriptor is None:
            return
        import fcntl  # noqa: PLC0415 - not on Windows, where nothing is opened

        kind = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
        with suppress(OSError):
            try:
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                who = "the commands that use the cache" if alone else "`assemble cache clean`"
                self._reporter.note(f"waiting for {who} to finish")
                fcntl.flock(descriptor, kind)


def _opened(path: Path) -> int | None:
    """The file, made if need be; `None` where that can't be, or there are no such locks."""
    if os.name != "posix":
        return None
    for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(path, flags | os.O_CLOEXEC, 0o644)
    return None
