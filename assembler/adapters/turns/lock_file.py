"""Lock files: `flock` on a file in which its holder is written."""

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

import msgspec

_SHOWN = 200
_LONGEST = 4096


class Holder(msgspec.Struct, frozen=True):
    """Who holds a lock file: process id, command, and what it does, to be read after `which`."""

    pid: int
    command: str
    doing: str = ""


# Made when this module is imported: two threads that first decode one type at once can crash.
_holders = msgspec.json.Decoder(Holder)


class LockFile(msgspec.Struct, frozen=True):
    """A lock file that we hold."""

    path: Path
    descriptor: int

    def sign(self, doing: str) -> None:
        """Write that it is us, and what we do, where that can be written."""
        with suppress(OSError):
            os.ftruncate(self.descriptor, 0)
            os.pwrite(self.descriptor, msgspec.json.encode(_ourselves(doing)), 0)

    def release(self) -> None:
        """Let others have it."""
        os.close(self.descriptor)

    def remove(self) -> None:
        """Let others have one of this name, and leave none behind."""
        with suppress(OSError):
            self.path.unlink()
        self.release()


def tried(path: Path) -> LockFile | None:
    """Take a lock file, made if need be; `None` while another holds it.

    Raises `OSError` where it can't be made, or where the file system has no locks.
    """
    if sys.platform == "win32":
        raise OSError(errno.ENOSYS, "no `flock`")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    try:
        if _is_ours(descriptor):
            return LockFile(path, descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _is_ours(descriptor: int) -> bool:
    """Lock an open file: false if it is another's, or was removed before we had it."""
    import fcntl  # noqa: PLC0415 - not on Windows

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return os.fstat(descriptor).st_nlink > 0


def holder_of(path: Path) -> Holder | None:
    """Who wrote that they hold a lock file; `None` where that can't be read."""
    try:
        with path.open("rb") as file:
            return _holders.decode(file.read(_LONGEST))
    except (OSError, msgspec.DecodeError):
        return None


def _ourselves(doing: str) -> Holder:
    return Holder(os.getpid(), _printable(" ".join(sys.argv)), _printable(doing))


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text[:_SHOWN])
