"""One writer to a prefix at a time, as a courtesy between processes."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path, PurePath

import filelock
import msgspec

from assembler.errors import MachineError
from assembler.ports import Reporter

_COMMAND_LENGTH = 200
_POLL_SECONDS = 0.05


class Holder(msgspec.Struct, frozen=True):
    """Who holds a lock: process id and command."""

    pid: int
    command: str


class FilePrefixLock:
    """The `PrefixLock` port: `flock` on a file, in which its holder is written.

    Where the file system has no `flock` the work goes on without: a lock is never needed for
    correctness.
    """

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter

    def hold(self, path: PurePath) -> AbstractContextManager[None]:
        """Hold the lock file at the path; waiting is announced with its holder."""
        return self._hold(Path(path))

    @contextmanager
    def _hold(self, path: Path) -> Iterator[None]:
        lock = self._acquired(path)
        try:
            yield
        finally:
            if lock is not None:
                lock.release()

    def _acquired(self, path: Path) -> filelock.FileLock | None:
        try:
            _make_directory(path.parent)
            lock = filelock.FileLock(path, mode=0o644, fallback_to_soft=False)
            self._wait(lock, path)
            path.write_bytes(msgspec.json.encode(_ourselves()))
        except NotImplementedError:
            return None
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
        return lock

    def _wait(self, lock: filelock.FileLock, path: Path) -> None:
        try:
            lock.acquire(blocking=False)
        except filelock.Timeout:
            self._reporter.note(f"waiting for {_words(_holder(path))} to finish with `{path}`")
            lock.acquire(poll_interval=_POLL_SECONDS)


_NO_LOCKS = frozenset({errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK})


def _make_directory(path: Path) -> None:
    """Make a directory and its parents, 0755 whatever the umask."""
    if path.is_dir():
        return
    _make_directory(path.parent)
    path.mkdir(exist_ok=True)
    path.chmod(0o755)


def _ourselves() -> Holder:
    command = " ".join(sys.argv)[:_COMMAND_LENGTH]
    printable = "".join(letter if letter.isprintable() else "?" for letter in command)
    return Holder(os.getpid(), printable)


def _holder(path: Path) -> Holder | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Holder)
    except (OSError, msgspec.DecodeError):
        return None


def _words(holder: Holder | None) -> str:
    return f"process {holder.pid} (`{holder.command}`)" if holder else "another process"
