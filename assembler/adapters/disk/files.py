"""The file system of this machine."""

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath

from assembler.errors import MachineError
from assembler.ports import TEMPORARY, FileState

DIRECTORY_MODE = 0o755


class Disk:
    """The `Files` port on a real disk.

    Raises `FileNotFoundError` and `FileExistsError` as they are, and `MachineError` for whatever
    else the machine can't do (disk full, no permission, something that is not a file).
    """

    def state(self, path: PurePath) -> FileState | None:
        """What stands at the path, or `None`."""
        try:
            return _state(os.lstat(path), path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise _refused("look at", path, error) from error

    def read(self, path: PurePath) -> bytes:
        """The content of a file; a link is followed."""
        with _worded("read", path), os.fdopen(_open_file(path), "rb") as stream:
            return stream.read()

    def read_part(self, path: PurePath, start: int, length: int) -> bytes:
        """What a file holds from a position on, at most `length` bytes; a link is followed."""
        with _worded("read", path):
            descriptor = _open_file(path)
            try:
                return os.pread(descriptor, length, start)
            finally:
                os.close(descriptor)

    def sha256(self, path: PurePath) -> str:
        """The sha256 of a file's content."""
        with _worded("read", path), os.fdopen(_open_file(path), "rb") as stream:
            import hashlib  # noqa: PLC0415 - 3 ms, for the few files whose mtime does not tell

            return hashlib.file_digest(stream, "sha256").hexdigest()

    def names(self, directory: PurePath) -> tuple[str, ...]:
        """The sorted names in a directory; empty if there is none."""
        with _worded("list", directory):
            try:
                return tuple(sorted(_names(directory)))
            except (FileNotFoundError, NotADirectoryError):
                return ()

    def walk(self, directory: PurePath) -> Iterator[tuple[str, FileState]]:
        """Every path below the directory, a directory before what it holds."""
        with _worded("list", directory):
            yield from _walk(os.fspath(directory), "")

    def glob(self, folder: PurePath, pattern: str) -> tuple[str, ...]:
        """The sorted files below the folder that match, relative to it.

        What matches is told in `assembler.adapters.disk.globbing`.
        """
        from assembler.adapters.disk.globbing import matches  # noqa: PLC0415 - 4 ms, where a glob is

        with _worded("list", folder):
            return tuple(sorted(set(matches(Path(folder), pattern, self._look))))

    def make_directory(self, path: PurePath) -> None:
        """Make a directory and its parents, 0755 whatever the umask."""
        with _worded("make", path):
            _make_directory(path)

    def write(self, path: PurePath, content: bytes, mode: int = 0o644) -> None:
        """Write a new file, making its parents."""
        with _worded("write", path):
            try:
                _write(path, content, mode)
            except _NO_PARENT:
                _make_directory(path.parent)
                _write(path, content, mode)

    def replace(self, path: PurePath, content: bytes, mode: int = 0o644) -> None:
        """Write a file beside the path, sync it, and rename it over the path."""
        with _worded("write", path), _beside(path) as temporary:
            _write(temporary, content, mode, sync=True)
            temporary.replace(path)
            _sync_one(path.parent)

    def replace_all(self, contents: Mapping[PurePath, bytes]) -> None:
        """Write files beside their paths, sync them together, and rename them over the paths."""
        temporaries: dict[PurePath, Path] = {}
        try:
            for path, content in contents.items():
                with _worded("write", path):
                    _make_directory(path.parent)
                    temporaries[path] = _temporary(path)
                    _write(temporaries[path], content, 0o644)
            self._publish(temporaries)
        except BaseException:
            for temporary in temporaries.values():
                temporary.unlink(missing_ok=True)
            raise

    def _publish(self, temporaries: Mapping[PurePath, Path]) -> None:
        """Rename temporaries to what they will be, once their content can't be lost."""
        for path, temporary in temporaries.items():
            with _worded("sync", path):
                if _sync_file_system(temporary):
                    break
                _sync_one(temporary)
        for path, temporary in temporaries.items():
            with _worded("write", path):
                temporary.replace(path)
        for directory in {path.parent for path in temporaries}:
            with _worded("sync", directory):
                _sync_one(directory)

    def symlink(self, path: PurePath, target: str) -> None:
        """Make a symbolic link, making its parents."""
        with _worded("make", path):
            _symlink(os.fspath(path), target)

    def symlinks(self, directory: PurePath, targets: Mapping[str, str]) -> None:
        """Make symbolic links below a directory, by relative path, making their parents."""
        start = os.fspath(directory)
        for path, target in targets.items():
            with _worded("make", place := f"{start}/{path}"):
                _symlink(place, target)

    def replace_symlink(self, path: PurePath, target: str) -> None:
        """Make a symbolic link beside the path and rename it over the path."""
        with _worded("make", path), _beside(path) as temporary:
            temporary.symlink_to(target)
            temporary.replace(path)
            _sync_one(path.parent)

    def copy(self, source: PurePath, path: PurePath, mode: int) -> None:
        """Copy a file, making parents."""
        with _worded("write", path):
            _make_directory(path.parent)
            with (
                os.fdopen(_open_file(source), "rb") as original,
                os.fdopen(_open_new(path), "wb") as copy,
            ):
                import shutil  # noqa: PLC0415 - 4 ms, for copies alone

                shutil.copyfileobj(original, copy, 1 << 20)
                os.fchmod(copy.fileno(), mode)

    def set_mode(self, path: PurePath, mode: int) -> None:
        """Set the permission bits of a file or directory."""
        with _worded("change", path):
            Path(path).chmod(mode)

    def set_time(self, path: PurePath, seconds: int) -> None:
        """Set when a file was last changed."""
        with _worded("change", path):
            os.utime(path, (seconds, seconds))

    def rename(self, path: PurePath, to: PurePath) -> None:
        """Rename a file or directory on one file system."""
        with _worded("rename", path):
            Path(path).rename(to)

    def remove(self, path: PurePath) -> None:
        """Remove a file, link, or whole directory tree; nothing there is no error."""
        with _worded("remove", path), suppress(FileNotFoundError):
            _remove(Path(path))

    def sync(self, *directories: PurePath) -> None:
        """Make what was written below directories of one file system survive a power cut."""
        for directory in directories:
            with _worded("sync", directory):
                if _sync_file_system(directory):
                    return
                _sync_tree(directory)

    def _look(self, path: Path) -> None:
        """Told of what a glob looks at."""


@contextmanager
def _worded(verb: str, path: PurePath | str) -> Iterator[None]:
    """Turn what the machine refuses into an error with the path and the reason."""
    try:
        yield
    except (FileNotFoundError, FileExistsError):
        raise
    except OSError as error:
        raise _refused(verb, path, error) from error


def _refused(verb: str, path: PurePath | str, error: OSError) -> MachineError:
    reason = (error.strerror or str(error)).lower()
    hints = ["free some space and try again"] if error.errno in _FULL else []
    return MachineError(f"can't {verb} `{path}`: {reason}", hints=hints)


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_PARENT = (FileNotFoundError, NotADirectoryError)


@contextmanager
def _beside(path: PurePath) -> Iterator[Path]:
    """A name for a temporary beside the path, which is gone in the end."""
    _make_directory(path.parent)
    temporary = _temporary(path)
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _temporary(path: PurePath) -> Path:
    return Path(path.parent, f"{TEMPORARY}{os.urandom(8).hex()}")


def _state(status: os.stat_result, path: PurePath | str) -> FileState:
    mode, size, mtime = stat.S_IMODE(status.st_mode), status.st_size, status.st_mtime_ns
    if stat.S_ISLNK(status.st_mode):
        return FileState("link", size, mode, mtime, os.readlink(path))
    if stat.S_ISDIR(status.st_mode):
        return FileState("directory", size, mode, mtime)
    return FileState("file" if stat.S_ISREG(status.st_mode) else "other", size, mode, mtime)


def _open_file(path: PurePath) -> int:
    """Open a regular file; a pipe or device is refused and never waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a file")
    return descriptor


def _open_new(path: PurePath) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    return os.open(path, flags, 0o600)


def _write(path: PurePath, content: bytes, mode: int, *, sync: bool = False) -> None:
    with os.fdopen(_open_new(path), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fchmod(stream.fileno(), mode)
        if sync:
            os.fsync(stream.fileno())


def _symlink(path: str, target: str) -> None:
    try:
        os.symlink(target, path)
    except _NO_PARENT:
        _make_directory(PurePath(path).parent)
        os.symlink(target, path)


def _make_directory(path: PurePath) -> None:
    if os.path.isdir(path):
        return
    _make_directory(path.parent)
    try:
        os.mkdir(path)
    except FileExistsError:
        if not os.path.isdir(path):
            raise
    else:
        os.chmod(path, DIRECTORY_MODE)


def _names(directory: PurePath) -> list[str]:
    with os.scandir(directory) as scan:
        return [entry.name for entry in scan]


def _walk(directory: str, relative: str) -> Iterator[tuple[str, FileState]]:
    with os.scandir(directory) as scan:
        entries = sorted(scan, key=lambda entry: entry.name)
    for entry in entries:
        path = f"{relative}{entry.name}"
        state = _state(entry.stat(follow_symlinks=False), entry.path)
        yield path, state
        if state.kind == "directory":
            yield from _walk(entry.path, f"{path}/")


def _remove(path: Path) -> None:
    mode = path.lstat().st_mode
    if not stat.S_ISDIR(mode):
        path.unlink(missing_ok=True)
        return
    if mode & stat.S_IRWXU != stat.S_IRWXU:
        path.chmod(stat.S_IRWXU)
    for name in _names(path):
        with suppress(FileNotFoundError):
            _remove(path / name)
    path.rmdir()


def _sync_file_system(directory: PurePath) -> bool:
    """Sync the whole file system at once where the C library can."""
    import ctypes  # noqa: PLC0415 - slow to load, and needed by builds that write only

    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "syncfs"):
        return False
    descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if library.syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(descriptor)
    return True


def _sync_tree(directory: PurePath) -> None:
    for path, state in _walk(os.fspath(directory), ""):
        if state.kind in ("file", "directory"):
            _sync_one(directory / path)
    _sync_one(directory)


def _sync_one(path: PurePath) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
