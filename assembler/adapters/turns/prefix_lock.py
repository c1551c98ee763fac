"""One writer to a prefix at a time, as a courtesy between processes."""

import errno
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path, PurePath

from assembler.adapters.turns.lock_file import LockFile
from assembler.adapters.turns.waiter import GRACE, Waiter
from assembler.errors import MachineError
from assembler.ports import Reporter


class FilePrefixLock:
    """The `PrefixLock` port: a lock file in the prefix.

    Where the file system has no `flock` the work goes on without: a lock is never needed for
    correctness.
    """

    def __init__(self, reporter: Reporter, grace: float = GRACE) -> None:
        self._waiter = Waiter(reporter, grace)

    def hold(self, path: PurePath) -> AbstractContextManager[None]:
        """Hold the lock file at the path; waiting is announced with its holder."""
        return self._hold(Path(path))

    @contextmanager
    def _hold(self, path: Path) -> Iterator[None]:
        lock = self._taken(path)
        try:
            yield
        finally:
            if lock is not None:
                lock.release()

    def _taken(self, path: Path) -> LockFile | None:
        try:
            _make_directory(path.parent)
            lock = self._waiter.take(path, f"holds `{path}`")
        except FileExistsError as error:
            raise MachineError(
                f"`{error.filename}` is in the way: it is not a folder",
                hints=("move it away, or build elsewhere with `--prefix`",),
            ) from error
        except OSError as error:
            if error.errno in _NO_LOCKS:
                return None
            reason = (error.strerror or str(error)).lower()
            raise MachineError(f"can't lock `{path}`: {reason}") from error
        with suppress(OSError):
            os.fchmod(lock.descriptor, 0o644)
        return lock


_NO_LOCKS = frozenset({errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK})


def _make_directory(path: Path) -> None:
    """Make a directory and its parents, 0755 whatever the umask."""
    if path.is_dir():
        return
    _make_directory(path.parent)
    path.mkdir(exist_ok=True)
    path.chmod(0o755)
