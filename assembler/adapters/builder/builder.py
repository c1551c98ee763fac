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
from typing import TypeAlias, TypeVar

import msgspec

from assembler.adapters.builder.hooks import Hooks, Kind, Runner, allowed
from assembler.adapters.builder.published import BuiltWheels
from assembler.adapters.builder.requirements import check_required
from assembler.adapters.builder.sources import BUILD_FILES, copy, digest, source_files
from assembler.errors import MachineError, PartError
from assembler.model import canonical
from assembler.model.distribution import CoreMetadata, DistributionFile
from assembler.model.limits import DEFAULTS, Limits
from assembler.model.metadata import parse_core_metadata
from assembler.model.pyproject import build_requires, static_metadata
from assembler.model.target import Interpreter
from assembler.ports import BuildRequest, Processes, Unpacker

_LAYOUT = 1

Found = TypeVar("Found")

EnvironmentMaker: TypeAlias = Callable[[tuple[DistributionFile, ...], Interpreter], PurePath]
"""Makes an environment of these wheels, and returns its Python."""


class BuilderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The user's cache directory, the environment variables of the command, and the limits."""

    cache: PurePath
    variables: Mapping[str, str] = os.environ
    limits: Limits = DEFAULTS


class BuildKey(msgspec.Struct, frozen=True, kw_only=True):
    """What decides whether a built wheel can be used again.

    `source` is the hash of the source's files or of the sdist; `place` is where an editable one
    lies; `wheels` are the sha256 of what the back end's environment holds.
    """

    layout: int = _LAYOUT
    source: str
    place: str
    python: str
    wheels: tuple[str, ...] = ()
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

    def static_metadata(self, request: BuildRequest) -> CoreMetadata | None:
        """The core metadata that the source's `pyproject.toml` says; nothing is built or asked."""
        with self._scratch() as scratch:
            text = self._pyproject(request.source, scratch)
        return _read(static_metadata, text, request.name) if text else None

    def metadata(self, request: BuildRequest) -> CoreMetadata:
        """Ask the back end for core metadata, building a wheel if it can't say otherwise."""
        with self._scratch() as scratch:
            files = self._files(request, scratch)
            path = self._folder / "metadata" / f"{_key(request, files)}.json"
            if cached := _cached(path, CoreMetadata):
                return cached
            tree = self._tree(request, files, scratch)
            metadata = self._asked(request, tree, scratch)
            _keep(path, metadata, scratch)
            return metadata

    def requirements(self, name: str, source: str) -> tuple[str, ...]:
        """The requirements that a source itself lists for its build (PEP 518), sorted."""
        with self._scratch() as scratch:
            return _read(build_requires, self._pyproject(source, scratch), name)

    def further_requirements(self, request: BuildRequest) -> tuple[str, ...]:
        """Ask the back end what else its builds of this source require, sorted.

        It is asked in a copy; of a tree that is to be editable for both kinds of wheel.
        """
        kinds: tuple[Kind, ...] = ("wheel", "editable") if request.editable else ("wheel",)
        request = msgspec.structs.replace(request, editable=False)
        with self._scratch() as scratch:
            files = self._files(request, scratch)
            path = self._folder / "requires" / f"{_key(request, files)}-{len(kinds)}.json"
            if (known := _cached(path, tuple[str, ...])) is not None:
                return known
            tree = self._tree(request, files, scratch)
            asked = tuple(sorted(self._hooks(request, tree, scratch).required(*kinds)))
            _keep(path, asked, scratch)
            return asked

    def _asked(self, request: BuildRequest, tree: Path, scratch: Path) -> CoreMetadata:
        hooks = self._hooks(request, tree, scratch)
        content = hooks.prepare(_kind(request), scratch / "metadata")
        if content is None:
            content = _wheel_metadata(self._wheel(request, tree, scratch))
        try:
            return parse_core_metadata(content)
        except ValueError as error:
            raise PartError(f"the metadata of `{request.name}` is not valid: {error}") from None

    def _wheel(self, request: BuildRequest, tree: Path, scratch: Path) -> Path:
        hooks, kind = self._hooks(request, tree, scratch), _kind(request)
        check_required(request.name, hooks.required(kind), request.wheels)
        return hooks.build(kind, scratch / "wheel")

    def _hooks(self, request: BuildRequest, tree: Path, scratch: Path) -> Hooks:
        def environment() -> str:
            return str(self._environment(request.wheels, request.python))

        variables = allowed(self._settings.variables, scratch)
        runner = Runner(self._processes, variables, self._settings.limits.build_time)
        return Hooks(request.name, tree, environment, runner)

    def _files(self, request: BuildRequest, scratch: Path) -> tuple[str, ...]:
        """The files of a source tree that count; none for an sdist."""
        folder = Path(request.source)
        if not folder.is_dir():
            return ()
        if request.editable:
            return tuple(name for name in BUILD_FILES if (folder / name).is_file())
        variables = allowed(self._settings.variables, scratch)
        return source_files(folder, self._processes, variables, scratch)

    def _pyproject(self, source: str, scratch: Path) -> str:
        """The text of a source's `pyproject.toml`, empty where there is none."""
        tree = Path(source)
        if not tree.is_dir():
            tree = scratch / "source"
            self._unpacker.extract(Path(source), tree, 1)
        document = tree / "pyproject.toml"
        return document.read_bytes().decode("utf-8", "replace") if document.is_file() else ""

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
    wheels = tuple(sorted(wheel.sha256 or "" for wheel in request.wheels))
    key = BuildKey(source=known, place=place, python=request.python.tag, wheels=wheels)
    return canonical.digest(key)


def _kind(request: BuildRequest) -> Kind:
    return "editable" if request.editable else "wheel"


def _read(reader: Callable[[str], Found], text: str, name: str) -> Found:
    try:
        return reader(text)
    except ValueError as error:
        raise PartError(f"`pyproject.toml` of `{name}` is not valid: {error}") from None


def _wheel_metadata(wheel: Path) -> bytes:
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
            return archive.read(names[0])
    except (zipfile.BadZipFile, IndexError):
        raise PartError(f"`{wheel.name}` was built without metadata") from None


def _cached(path: Path, kind: type[Found]) -> Found | None:
    try:
        return canonical.decode(path.read_bytes(), kind)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _keep(path: Path, known: CoreMetadata | tuple[str, ...], scratch: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = scratch / "kept.json"
    new.write_bytes(canonical.encode(known))
    new.replace(path)
