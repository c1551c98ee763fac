"""A disk that fails, or a process that is killed, at the n-th change of a file system."""

from pathlib import PurePath, PurePosixPath

from assembler.errors import MachineError
from tests.fakes.files import MemoryFiles, Node


class KilledError(BaseException):
    """The process is no more."""


class FaultyFiles(MemoryFiles):
    """Fails at one change: once (`killed=False`), or then and ever after.

    A tree is removed file by file, and a file that is being written is left half-written.
    """

    def __init__(self, nodes: dict[PurePosixPath, Node]) -> None:
        super().__init__()
        self.nodes = dict(nodes)
        self._clock = 10**12
        self.changes = 0
        self._fails_at = 0
        self._killed = False

    def fail(self, at: int, *, killed: bool) -> None:
        self.changes, self._fails_at, self._killed = 0, at, killed

    def heal(self) -> None:
        self._fails_at = 0

    def make_directory(self, path: PurePath) -> None:
        if self.state(path) is None:
            self._change()
        super().make_directory(path)

    def write(self, path: PurePath, content: bytes, mode: int = 0o644) -> None:
        try:
            self._change()
        except BaseException:
            super().make_directory(path.parent)
            self._put_new(path, Node("file", content[: len(content) // 2], 0o600))
            raise
        super().write(path, content, mode)

    def replace(self, path: PurePath, content: bytes, mode: int = 0o644) -> None:
        self._change()
        super().replace(path, content, mode)

    def symlink(self, path: PurePath, target: str) -> None:
        self._change()
        super().symlink(path, target)

    def replace_symlink(self, path: PurePath, target: str) -> None:
        self._change()
        super().replace_symlink(path, target)

    def set_mode(self, path: PurePath, mode: int) -> None:
        self._change()
        super().set_mode(path, mode)

    def set_time(self, path: PurePath, seconds: int) -> None:
        self._change()
        super().set_time(path, seconds)

    def rename(self, path: PurePath, to: PurePath) -> None:
        self._change()
        super().rename(path, to)

    def remove(self, path: PurePath) -> None:
        resolved = self._parent_resolved(path)
        inner = [each for each in self.nodes if each.is_relative_to(resolved)]
        for each in sorted(inner, reverse=True):
            self._change()
            del self.nodes[each]

    def sync(self, *directories: PurePath) -> None:
        self._change()
        super().sync(*directories)

    def _change(self) -> None:
        self.changes += 1
        if self._killed and self._fails_at and self.changes >= self._fails_at:
            raise KilledError
        if self.changes == self._fails_at:
            raise MachineError("can't write: input/output error")
