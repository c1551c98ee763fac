"""Builds wheels and asks for metadata, through the library `build`."""

import os
import platform
import shutil
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePath
from typing import TypeAlias, TypeVar

import msgspec

from assembler.adapters.builder.answers import Answers
from assembler.adapters.builder.hooks import Hooks, Kind, Runner, allowed
from assembler.adapters.builder.published import BuiltWheels
from assembler.adapters.builder.requirements import check_required
from assembler.adapters.builder.source_tree import SourceTree
from assembler.adapters.builder.sources import BUILD_FILES, source_files
from assembler.errors import MachineError, PartError
from assembler.model import canonical
from assembler.model.distribution import CoreMetadata, DistributionFile
from assembler.model.limits import DEFAULTS, Limits
from assembler.model.metadata import parse_core_metadata
from assembler.model.pyproject import build_requires, static_metadata
from assembler.model.target import Interpreter
from assembler.ports import BuildRequest, CacheLock, Processes, Unpacker, WheelsFor

_LAYOUT = 1

# Made when this module is imported: two threads that first decode one type at once can crash.
_text = msgspec.json.Decoder(str)
_texts = msgspec.json.Decoder(tuple[str, ...])
_core_metadata = msgspec.json.Decoder(CoreMetadata)

_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, IndexError, EOFError),
    *(RuntimeError, ValueError),  # encrypted, of another method, misnamed
)

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
    """The `Builder` port. What it builds is kept in the cache by its `BuildKey`.

    The folders it worked in are removed by another thread: nobody waits for that.
    """

    def __init__(
        self,
        environment: EnvironmentMaker,
        processes: Processes,
        unpacker: Unpacker,
        locks: CacheLock,
        settings: BuilderSettings,
    ) -> None:
        self._environment = environment
        self._processes = processes
        self._unpacker = unpacker
        self._settings = settings
        self._folder = Path(settings.cache) / "built"
        self._built = BuiltWheels(self._folder)
        self._pyprojects = Answers(self._folder / "pyproject", _text, locks)
        self._requires = Answers(self._folder / "requires", _texts, locks)
        self._metadata = Answers(self._folder / "metadata", _core_metadata, locks)
        self._removing = ThreadPoolExecutor(1, thread_name_prefix="removing")
        self._locks = locks
        locks.share()

    def wheel(self, request: BuildRequest) -> PurePath:
        """Build a wheel into the cache and return its path."""
        with self._scratch() as scratch:
            source = self._source(request, scratch)
            key = _key(request, source)
            if found := self._built.find(key):
                return found
            with self._locks.hold(f"built {key}", f"builds `{request.name}`"):
                if found := self._built.find(key):
                    return found
                return self._built.publish(key, self._wheel(request, source, scratch))

    def metadata(self, request: BuildRequest, wheels_for: WheelsFor) -> CoreMetadata:
        """Find out core metadata: from `pyproject.toml`, else from the back end."""
        with self._scratch() as scratch:
            source = self._source(request, scratch)
            text = self._pyproject(source, request.name)
            if text and (said := _read(static_metadata, text, request.name)):
                return said
            ready = self._ready(request, source, scratch, wheels_for)
            key = _key(ready, source)
            return self._metadata.answer(
                key, request.name, lambda: self._asked(ready, source, scratch)
            )

    def requirements(self, name: str, source: str) -> tuple[str, ...]:
        """The requirements that a source itself lists for its build (PEP 518), sorted."""
        with self._scratch() as scratch:
            tree = SourceTree(Path(source), (), scratch / "source", self._unpacker)
            return _read(build_requires, self._pyproject(tree, name), name)

    def further_requirements(self, request: BuildRequest) -> tuple[str, ...]:
        """Ask the back end what else its builds of this source require, sorted.

        It is asked in a copy; of a tree that is to be editable for both kinds of wheel.
        """
        kinds: tuple[Kind, ...] = ("wheel", "editable") if request.editable else ("wheel",)
        request = msgspec.structs.replace(request, editable=False)
        with self._scratch() as scratch:
            source = self._source(request, scratch)
            return self._further(request, source, scratch, kinds)

    def close(self) -> None:
        """Wait until the folders it worked in are removed."""
        self._removing.shutdown()

    def _ready(
        self, request: BuildRequest, source: SourceTree, scratch: Path, wheels_for: WheelsFor
    ) -> BuildRequest:
        """The request with the wheels that the back end needs."""
        listed = _read(build_requires, self._pyproject(source, request.name), request.name)
        ready = msgspec.structs.replace(request, wheels=wheels_for(listed))
        further = set(self._further(ready, source, scratch, ("wheel",))).difference(listed)
        if not further:
            return ready
        return msgspec.structs.replace(ready, wheels=wheels_for((*listed, *sorted(further))))

    def _further(
        self, request: BuildRequest, source: SourceTree, scratch: Path, kinds: tuple[Kind, ...]
    ) -> tuple[str, ...]:
        key = f"{_key(request, source)}-{len(kinds)}"

        def ask() -> tuple[str, ...]:
            return tuple(sorted(self._hooks(request, source, scratch).required(*kinds)))

        return self._requires.answer(key, request.name, ask)

    def _asked(self, request: BuildRequest, source: SourceTree, scratch: Path) -> CoreMetadata:
        hooks = self._hooks(request, source, scratch)
        content = hooks.prepare(_kind(request), scratch / "metadata")
        if content is None:
            limit = self._settings.limits.archive_metadata_size
            content = _wheel_metadata(self._wheel(request, source, scratch), limit)
        try:
            return parse_core_metadata(content)
        except ValueError as error:
            raise PartError(f"the metadata of `{request.name}` is not valid: {error}") from None

    def _wheel(self, request: BuildRequest, source: SourceTree, scratch: Path) -> Path:
        hooks, kind = self._hooks(request, source, scratch), _kind(request)
        check_required(request.name, hooks.required(kind), request.wheels)
        return hooks.build(kind, scratch / "wheel")

    def _hooks(self, request: BuildRequest, source: SourceTree, scratch: Path) -> Hooks:
        def environment() -> str:
            return str(self._environment(request.wheels, request.python))

        variables = allowed(self._settings.variables, scratch)
        runner = Runner(self._processes, variables, self._settings.limits)
        return Hooks(request.name, source.tree, environment, runner)

    def _source(self, request: BuildRequest, scratch: Path) -> SourceTree:
        files = self._files(request, scratch)
        place = None if request.editable else scratch / "source"
        return SourceTree(Path(request.source), files, place, self._unpacker)

    def _files(self, request: BuildRequest, scratch: Path) -> tuple[str, ...]:
        """The files of a source tree that count; none for an sdist."""
        folder = Path(request.source)
        if not folder.is_dir():
            return ()
        if request.editable:
            return tuple(name for name in BUILD_FILES if (folder / name).is_file())
        variables = allowed(self._settings.variables, scratch)
        return source_files(folder, self._processes, variables, scratch)

    def _pyproject(self, source: SourceTree, name: str) -> str:
        """The text of a source's `pyproject.toml`; an sdist is unpacked for it but once."""
        limits = self._settings.limits
        if source.is_archive:
            ask = partial(source.pyproject, limits)
            return self._pyprojects.answer(source.digest, name, ask)
        return source.pyproject(limits)

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MachineError(f"can't write to `{self._folder}`: {error.strerror}") from None
        scratch = tempfile.mkdtemp(prefix=".scratch-", dir=self._folder)
        try:
            yield Path(scratch)
        finally:
            self._remove(scratch)

    def _remove(self, scratch: str) -> None:
        try:
            self._removing.submit(shutil.rmtree, scratch, ignore_errors=True)
        except RuntimeError:  # closed, while another thread was at work
            shutil.rmtree(scratch, ignore_errors=True)


def _key(request: BuildRequest, source: SourceTree) -> str:
    place = str(Path(request.source).absolute()) if request.editable else ""
    wheels = tuple(sorted(wheel.sha256 or "" for wheel in request.wheels))
    key = BuildKey(source=source.digest, place=place, python=request.python.tag, wheels=wheels)
    return canonical.digest(key)


def _kind(request: BuildRequest) -> Kind:
    return "editable" if request.editable else "wheel"


def _read(reader: Callable[[str], Found], text: str, name: str) -> Found:
    try:
        return reader(text)
    except ValueError as error:
        raise PartError(f"`pyproject.toml` of `{name}` is not valid: {error}") from None


def _wheel_metadata(wheel: Path, limit: int) -> bytes:
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
            if archive.getinfo(names[0]).file_size <= limit:
                return archive.read(names[0])
    except _UNREADABLE:
        pass
    raise PartError(f"`{wheel.name}` was built without metadata")
