"""Builds wheels and asks for metadata, through the library `build`."""

import hashlib
import os
import platform
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePath
from threading import Lock
from typing import TypeAlias

import msgspec

from assembler.adapters.builder.hooks import Hooks, Kind, Runner, allowed
from assembler.adapters.builder.published import BuiltWheels
from assembler.adapters.builder.sources import BUILD_FILES, copy, digest, source_files
from assembler.errors import MachineError, PartError
from assembler.model import canonical
from assembler.model.distribution import CoreMetadata
from assembler.model.limits import DEFAULTS, Limits
from assembler.model.metadata import parse_core_metadata
from assembler.model.pyproject import static_metadata
from assembler.model.target import Interpreter
from assembler.ports import BuildRequest, Processes, Unpacker

_LAYOUT = 1

EnvironmentMaker: TypeAlias = Callable[[tuple[str, ...], Interpreter], PurePath]
"""Makes an environment that holds these requirements, and returns its Python."""


class BuilderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The user's cache directory, the environment variables of the command, and the limits."""

    cache: PurePath
    variables: Mapping[str, str] = os.environ
    limits: Limits = DEFAULTS


class BuildKey(msgspec.Struct, frozen=True, kw_only=True):
    """What decides whether a built wheel can be used again.

    `source` is the hash of the source's files or of the sdist; `place` is where an editable one
    lies.
    """

    layout: int = _LAYOUT
    source: str
    place: str
    python: str
    machine: str = f"{sys.platform}-{platform.machine()}"


class IsolatedBuilder:
    """The `Builder` port. What it builds is kept in the cache by its `BuildKey`."""

    def __init__(
        self,
        environment: EnvironmentMaker,
        processes: Processes,
        unpacker: Unpacker,
        settings: BuilderSettings,
    ) -> None:
        self._environment = environment
        self._processes = processes
        self._unpacker = unpacker
        self._settings = settings
        self._folder = Path(settings.cache) / "built"
        self._built = BuiltWheels(self._folder)
        self._locks: dict[str, Lock] = {}
        self._lock = Lock()

    def wheel(self, request: BuildRequest) -> PurePath:
        """Build a wheel into the cache and return its path."""
        with self._scratch() as scratch:
            files = self._files(request, scratch)
            key = _key(request, files)
            with self._turn(key):
                if found := self._built.find(key):
                    return found
                tree = self._tree(request, files, scratch)
                return self._built.publish(key, self._wheel(request, tree, scratch))

    def metadata(self, request: BuildRequest) -> CoreMetadata:
        """Ask the back end for core metadata, building a wheel if it can't say otherwise.

        A `pyproject.toml` that says all of it is believed without a build.
        """
        with self._scratch() as scratch:
            if static := _static(request, Path(request.source)):
                return static
            files = self._files(request, scratch)
            path = self._folder / "metadata" / f"{_key(request, files)}.json"
            if cached := _cached(path):
                return cached
            tree = self._tree(request, files, scratch)
            metadata = _static(request, tree) or self._asked(request, tree, scratch)
            _keep(path, metadata, scratch)
            return metadata

    def _asked(self, request: BuildRequest, tree: Path, scratch: Path) -> CoreMetadata:
        content = self._hooks(request, tree, scratch).prepare(scratch / "metadata")
        if content is None:
            content = _wheel_metadata(self._wheel(request, tree, scratch))
        try:
            return parse_core_metadata(content)
        except ValueError as error:
            raise PartError(f"the metadata of `{request.name}` is not valid: {error}") from None

    def _wheel(self, request: BuildRequest, tree: Path, scratch: Path) -> Path:
        return self._hooks(request, tree, scratch).build(scratch / "wheel")

    def _hooks(self, request: BuildRequest, tree: Path, scratch: Path) -> Hooks:
        def environment(requirements: tuple[str, ...]) -> str:
            return str(self._environment(requirements, request.python))

        variables = allowed(self._settings.variables, scratch)
        runner = Runner(self._processes, variables, self._settings.limits.build_time)
        kind: Kind = "editable" if request.editable else "wheel"
        return Hooks(request.name, tree, kind, environment, runner)

    def _files(self, request: BuildRequest, scratch: Path) -> tuple[str, ...]:
        """The files of a source tree that count; none for an sdist."""
        folder = Path(request.source)
        if not folder.is_dir():
            return ()
        if request.editable:
            return tuple(name for name in BUILD_FILES if (folder / name).is_file())
        variables = allowed(self._settings.variables, scratch)
        return source_files(folder, self._processes, variables, scratch)

    def _tree(self, request: BuildRequest, files: tuple[str, ...], scratch: Path) -> Path:
        source, tree = Path(request.source), scratch / "source"
        if request.editable:
            return source
        if source.is_dir():
            copy(source, files, tree)
        else:
            self._unpacker.extract(source, tree, 1)
        return tree

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MachineError(f"can't write to `{self._folder}`: {error.strerror}") from None
        with tempfile.TemporaryDirectory(
            prefix=".scratch-", dir=self._folder, ignore_cleanup_errors=True
        ) as folder:
            yield Path(folder)

    def _turn(self, key: str) -> Lock:
        with self._lock:
            return self._locks.setdefault(key, Lock())


def _key(request: BuildRequest, files: tuple[str, ...]) -> str:
    source = Path(request.source)
    try:
        if source.is_dir():
            known = digest(source, files)
        else:
            with source.open("rb") as stream:
                known = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise MachineError(f"can't read `{error.filename}`: {error.strerror}") from None
    place = str(source.absolute()) if request.editable else ""
    return canonical.digest(BuildKey(source=known, place=place, python=request.python.tag))


def _static(request: BuildRequest, tree: Path) -> CoreMetadata | None:
    document = tree / "pyproject.toml"
    if not document.is_file():
        return None
    try:
        return static_metadata(document.read_text("utf-8"))
    except ValueError as error:
        raise PartError(f"`pyproject.toml` of `{request.name}` is not valid: {error}") from None


def _wheel_metadata(wheel: Path) -> bytes:
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
            return archive.read(names[0])
    except (zipfile.BadZipFile, IndexError):
        raise PartError(f"`{wheel.name}` was built without metadata") from None


def _cached(path: Path) -> CoreMetadata | None:
    try:
        return canonical.decode(path.read_bytes(), CoreMetadata)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _keep(path: Path, metadata: CoreMetadata, scratch: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = scratch / "kept.json"
    new.write_bytes(canonical.encode(metadata))
    new.replace(path)
