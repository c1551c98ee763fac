"""Many trees put elsewhere, by several processes at once.

Hard links are made by processes that do nothing else, as threads would wait for each other: a link
takes hardly longer than the Python around it. Where a file system has no hard links, `TreeLinker`
does it.
"""

import errno
import marshal
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from assembler.adapters.archives.links import DamagedTreeError, TreeLinker
from assembler.adapters.archives.trees import by_directory
from assembler.model.distribution import WheelContents

WORTHWHILE = 4000
"""For how many files processes are started: as many as are linked while one starts."""

_SCRIPT = Path(__file__).with_name("linking.py")
_NO_LINKS = {errno.EXDEV, errno.EPERM, errno.EMLINK}


class Linkers:
    """Puts trees elsewhere in up to `jobs` processes; none are started for `files` that are few."""

    def __init__(self, files: int, jobs: int) -> None:
        self.jobs = jobs if files >= WORTHWHILE else 1
        self._free: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._all = [_started() for _ in range(jobs)] if files >= WORTHWHILE else []
        for linker in self._all:
            self._free.put(linker)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the processes; what one still makes is whole before it ends."""
        for linker in self._all:
            for pipe in (linker.stdin, linker.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):
                        pipe.close()
            linker.wait()

    def put(self, source: Path, contents: WheelContents, destination: Path) -> None:
        """Make `destination`, which must not be there, a tree equal to `source`.

        Raises `DamagedTreeError` where the source lacks a file, or has one of another size.
        """
        if not self._all or not self._linked(source, contents, destination):
            TreeLinker().put(source, contents, destination)

    def _linked(self, source: Path, contents: WheelContents, destination: Path) -> bool:
        """Whether another process could make the tree; if not, nothing is left of it."""
        directories = list(by_directory(contents.files, source).items())
        request = (str(source.absolute()), str(destination.absolute()), directories)
        with self._one() as linker:
            number, path = _asked(linker, marshal.dumps(request))
        if path:
            raise DamagedTreeError(path)
        if number in _NO_LINKS:
            shutil.rmtree(destination, ignore_errors=True)
            return False
        if number:
            raise OSError(number, os.strerror(number))
        return True

    @contextmanager
    def _one(self) -> Iterator[subprocess.Popen[bytes]]:
        linker = self._free.get()
        try:
            yield linker
        finally:
            self._free.put(linker)


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-S", os.fspath(_SCRIPT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


def _asked(linker: subprocess.Popen[bytes], request: bytes) -> tuple[int, str]:
    if linker.stdin is None or linker.stdout is None:
        raise RuntimeError("a process without pipes")
    try:
        linker.stdin.write(request)
        linker.stdin.flush()
        number, path = marshal.load(linker.stdout)  # noqa: S302 - from our own child
    except (EOFError, BrokenPipeError):
        raise OSError(errno.EIO, "a process that makes links was ended") from None
    return int(number), str(path)
