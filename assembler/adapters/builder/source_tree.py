"""One source that is built or asked: its digest, its `pyproject.toml`, its tree."""

import hashlib
from functools import cached_property, lru_cache
from pathlib import Path

from assembler.adapters.builder.sources import copy, digest
from assembler.errors import MachineError, PartError
from assembler.model.limits import Limits
from assembler.ports import Unpacker


@lru_cache(maxsize=1024)
def _sha256(file: Path, _changed: int, _size: int) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class SourceTree:
    """A folder of which some files count, or an sdist; unpacked or copied when first needed, once.

    An editable one is used where it lies.
    """

    def __init__(
        self, source: Path, files: tuple[str, ...], place: Path | None, unpacker: Unpacker
    ) -> None:
        self._source = source
        self._files = files
        self._place = place
        self._unpacker = unpacker

    @property
    def is_archive(self) -> bool:
        """Whether it is an sdist, which never changes."""
        return not self._source.is_dir()

    @cached_property
    def digest(self) -> str:
        """The hash of the files that count, or of the sdist."""
        try:
            if not self.is_archive:
                return digest(self._source, self._files)
            status = self._source.stat()
            return _sha256(self._source, status.st_mtime_ns, status.st_size)
        except OSError as error:
            raise MachineError(f"can't read `{error.filename}`: {error.strerror}") from None

    @cached_property
    def tree(self) -> Path:
        """The folder in which the back end runs."""
        if self._place is None:
            return self._source
        if self.is_archive:
            self._unpacker.extract(self._source, self._place, 1)
        else:
            copy(self._source, self._files, self._place)
        return self._place

    def pyproject(self, limits: Limits) -> str:
        """The text of `pyproject.toml`, empty where there is none. Raises `PartError`."""
        document = (self.tree if self.is_archive else self._source) / "pyproject.toml"
        if not document.is_file():
            return ""
        with document.open("rb") as file:
            content = file.read(limits.configuration_size + 1)
        if len(content) > limits.configuration_size:
            raise PartError(
                f"`pyproject.toml` of `{self._source.name}` is larger than "
                f"{limits.configuration_size} bytes",
                hints=(limits.way_out("configuration_size"),),
            )
        return content.decode("utf-8", "replace")
