"""Files outside the prefix, below a root that stands for `/`."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import PurePath, PurePosixPath

from assembler.model.deployed import OutsideFile
from assembler.ports import TEMPORARY, Files


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

    def install(self, files: Sequence[OutsideFile]) -> None:
        """Put copies of the parts' files in place, each of them whole or not at all."""
        for file in files:
            self._files.remove(self._beside(file))
            self._files.write(
                self._beside(file), self._files.read(PurePath(file.source)), file.mode
            )
        self._sync(files)
        for file in files:
            self._files.rename(self._beside(file), self.path(file.path))
        self._sync(files)

    def clear(self, files: Sequence[OutsideFile]) -> None:
        """Take away what an interrupted `install` of these files left beside them."""
        for file in files:
            self._files.remove(self._beside(file))

    def _beside(self, file: OutsideFile) -> PurePosixPath:
        """Where a file is written first: a name that is known to whoever comes after a crash."""
        path = self.path(file.path)
        return path.with_name(f"{TEMPORARY}{sha256(file.path.encode()).hexdigest()[:16]}")

    def _sync(self, files: Sequence[OutsideFile]) -> None:
        for directory in sorted({self.path(file.path).parent for file in files}):
            self._files.sync(directory)

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
