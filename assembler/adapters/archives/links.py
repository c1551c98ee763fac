"""A stored tree put elsewhere: by hard links, else reflinks, else copies."""

import errno
import fcntl
import os
import shutil
import stat
from pathlib import Path

from assembler.adapters.archives.trees import by_directory
from assembler.model.distribution import WheelContents

_FICLONE = 0x40049409
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_NO_LINKS = {errno.EXDEV, errno.EPERM}


class DamagedTreeError(Exception):
    """A tree lacks a file, or has another in its place; its path is the argument."""


class TreeLinker:
    """Puts the files of one tree into another directory on whatever file system it is."""

    def __init__(self) -> None:
        self._links = True
        self._reflinks = True

    def put(self, source: Path, contents: WheelContents, destination: Path) -> None:
        """Make `destination`, which must not be there, a tree equal to `source`.

        Raises `DamagedTreeError` where the source lacks a file, or has one of another size.
        """
        for directory, files in by_directory(contents.files, source).items():
            try:
                from_directory = os.open(source / directory, _DIRECTORY)
            except (FileNotFoundError, NotADirectoryError):
                raise DamagedTreeError(directory) from None
            try:
                damaged = self._put_directory(from_directory, files, destination / directory)
            finally:
                os.close(from_directory)
            if damaged:
                raise DamagedTreeError(directory + damaged)

    def _put_directory(
        self, from_directory: int, files: list[tuple[str, int]], destination: Path
    ) -> str:
        """Make one directory; returns the first file that is missing or has another size."""
        destination.mkdir()
        to_directory = os.open(destination, _DIRECTORY)
        try:
            os.fchmod(to_directory, 0o755)
            for name, size in files:
                try:
                    self._put_file(name, from_directory, to_directory)
                except FileNotFoundError:
                    return name
                status = os.stat(name, dir_fd=to_directory, follow_symlinks=False)
                if status.st_size != size or not stat.S_ISREG(status.st_mode):
                    return name
        finally:
            os.close(to_directory)
        return ""

    def _put_file(self, name: str, source: int, destination: int) -> None:
        if self._links:
            try:
                os.link(
                    name, name, src_dir_fd=source, dst_dir_fd=destination, follow_symlinks=False
                )
            except OSError as error:
                if error.errno not in _NO_LINKS | {errno.EMLINK}:
                    raise
                self._links = error.errno not in _NO_LINKS
            else:
                return
        self._copy(name, source, destination)

    def _copy(self, name: str, source: int, destination: int) -> None:
        source_file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=source)
        with open(source_file, "rb") as old:  # noqa: PTH123 - a descriptor
            new_file = os.open(name, _NEW, 0o600, dir_fd=destination)
            with open(new_file, "wb") as new:  # noqa: PTH123 - a descriptor
                if not self._reflink(old.fileno(), new.fileno()):
                    shutil.copyfileobj(old, new, 1 << 20)
                os.fchmod(new.fileno(), os.fstat(old.fileno()).st_mode & 0o555)

    def _reflink(self, source: int, destination: int) -> bool:
        if self._reflinks:
            try:
                fcntl.ioctl(destination, _FICLONE, source)
            except OSError:
                self._reflinks = False
        return self._reflinks
