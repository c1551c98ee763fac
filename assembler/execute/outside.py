"""Files outside the prefix, below a root that stands for `/`."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath, PurePosixPath

from assembler.model.deployed import OutsideFile
from assembler.ports import Files


class Outside:
    """Puts files outside the prefix, and takes them away."""

    def __init__(self, root: str, files: Files) -> None:
        self._root = PurePosixPath(root)
        self._files = files

    def path(self, path: str) -> PurePosixPath:
        """Where an absolute path is below the root."""
        return self._root / path.lstrip("/")

    def standing(self, files: Sequence[OutsideFile]) -> dict[str, str | None]:
        """The sha256 of what stands at each file's path; empty for what is no file."""
        return {file.path: self._sha256(self.path(file.path)) for file in files}

    def missing_directories(self, files: Sequence[OutsideFile]) -> tuple[str, ...]:
        """The directories that must be made for these files, outermost first."""
        missing = {
            str(parent)
            for file in files
            for parent in PurePosixPath(file.path).parents
            if self._files.state(self.path(str(parent))) is None
        }
        return tuple(sorted(missing))

    def install(self, file: OutsideFile) -> None:
        """Put a copy of the part's file in place, atomically."""
        content = self._files.read(PurePath(file.source))
        path = self.path(file.path)
        self._files.make_directory(path.parent)
        self._files.replace(path, content, file.mode)

    def remove(self, file: OutsideFile) -> None:
        """Take a file away."""
        self._files.remove(self.path(file.path))

    def remove_empty(self, directories: Sequence[str]) -> tuple[str, ...]:
        """Remove those of these directories that hold nothing; return the others."""
        return tuple(sorted(self._kept(directories)))

    def _kept(self, directories: Sequence[str]) -> Iterator[str]:
        for directory in sorted(set(directories), reverse=True):
            path = self.path(directory)
            if self._files.names(path):
                yield directory
            else:
                self._files.remove(path)

    def _sha256(self, path: PurePosixPath) -> str | None:
        state = self._files.state(path)
        if state is None:
            return None
        return self._files.sha256(path) if state.kind == "file" else ""
