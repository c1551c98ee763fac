"""The files that an assembly is read from, each a layer of its configuration."""

import posixpath
from pathlib import PurePath
from typing import Protocol

import msgspec

from assembler.app.checkout import Checkout
from assembler.app.sizes import check_configuration
from assembler.config.document import Document, assignments, decode, parse
from assembler.config.extends import Extension, extensions, without_extensions
from assembler.config.local import refuse_extensions
from assembler.errors import AssemblerError, ConfigurationError
from assembler.model.limits import Limits
from assembler.origin import Origin
from assembler.ports import Artifacts, FileState


class ReadableFiles(Protocol):
    """Files as far as they are read."""

    def state(self, path: PurePath) -> FileState | None:
        """What stands at the path, or `None`."""
        ...

    def read(self, path: PurePath) -> bytes:
        """The content of a file. Raises `FileNotFoundError`."""
        ...


class Doors(Protocol):
    """What of the machine reading needs."""

    @property
    def files(self) -> ReadableFiles:
        """The file system."""
        ...

    @property
    def artifacts(self) -> Artifacts:
        """Verified downloads."""
        ...

    @property
    def limits(self) -> Limits:
        """The bounds on what is read."""
        ...


class Layers(msgspec.Struct, frozen=True, kw_only=True):
    """The documents, the lowest first; and the paths that were looked at, whether a file is there.

    What comes from the network is fixed by its hash, so that it is not among the paths.
    """

    documents: tuple[Document, ...]
    paths: tuple[PurePath, ...]


def read_layers(checkout: Checkout, doors: Doors, *, local: bool = True) -> Layers:
    """Read the assembly file, what it extends, the local file beside it and the settings.

    Raises `ConfigurationError`, and for files from the network `NetworkError` and `IntegrityError`.
    """
    reader = _Reader(checkout, doors)
    reader.read_file(checkout.path, None)
    if local:
        reader.read_local()
    settings = (assignments(checkout.settings),) if checkout.settings else ()
    return Layers(documents=(*reader.documents.values(), *settings), paths=tuple(reader.paths))


class _Reader:
    """Reads files depth-first, each once; `documents` has what is extended before what extends."""

    def __init__(self, checkout: Checkout, doors: Doors) -> None:
        self.documents: dict[str, Document] = {}
        self.paths: list[PurePath] = []
        self._checkout = checkout
        self._doors = doors
        self._trail: list[str] = []

    def read_file(self, path: PurePath, origin: Origin | None) -> None:
        """Read a file and what it extends; `origin` is where it is named, if it is extended."""
        name = self._shown(path)
        if self._is_known(name, origin):
            return
        self.paths.append(path)
        self._add(name, self._parsed(self._content(path, origin), name), path.parent)

    def read_local(self) -> None:
        """Read the file beside the assembly file that is not committed, if there is one."""
        path = self._checkout.local_path
        self.paths.append(path)
        if self._doors.files.state(path) is not None:
            name = self._shown(path)
            content = self._content(path, None)
            document = self._parsed(content, name, local=True)
            refuse_extensions(document)
            self.documents[name] = document

    def _read_url(self, extension: Extension) -> None:
        if self._is_known(extension.url, extension.origin):
            return
        artifacts, name = self._doors.artifacts, extension.url
        try:
            path = artifacts.fetch(artifacts.lock(name, extension.sha256))
        except AssemblerError as error:
            error.origin = extension.origin
            raise
        check_configuration(path, name, self._doors.files, self._doors.limits, extension.origin)
        self._add(name, self._parsed(self._doors.files.read(path), name), None)

    def _parsed(self, content: bytes, name: str, *, local: bool = False) -> Document:
        return parse(decode(content, name), name, local=local, limits=self._doors.limits)

    def _is_known(self, name: str, origin: Origin | None) -> bool:
        if name in self._trail:
            ring = " → ".join((*self._trail[self._trail.index(name) :], name))
            raise ConfigurationError(f"files extend each other in a ring: {ring}", origin=origin)
        return name in self.documents

    def _add(self, name: str, document: Document, folder: PurePath | None) -> None:
        """Keep a document above all that it extends, which is relative to the folder."""
        self._trail.append(name)
        for extension in extensions(document):
            if extension.url:
                self._read_url(extension)
            elif folder is None:
                raise ConfigurationError(
                    "a file from the network can extend only others from there",
                    origin=extension.origin,
                    hints=('name it with `{ url = "https://…", sha256 = "…" }`',),
                )
            else:
                path = PurePath(posixpath.normpath(folder / extension.path))
                self.read_file(path, extension.origin)
        self._trail.pop()
        self.documents[name] = without_extensions(document)

    def _content(self, path: PurePath, origin: Origin | None) -> bytes:
        name, state = self._shown(path), self._doors.files.state(path)
        if state is not None and state.kind in ("file", "link"):
            check_configuration(path, name, self._doors.files, self._doors.limits, origin)
            try:
                return self._doors.files.read(path)
            except FileNotFoundError:
                raise ConfigurationError(f"`{name}` is a link to nothing", origin=origin) from None
        if state is not None:
            raise ConfigurationError(f"`{name}` is no file", origin=origin)
        if origin is None:
            raise ConfigurationError(
                f"there is no `{name}` in `{self._checkout.folder}`",
                hints=("`assemble init` writes a first one", "`-C DIR` or `-f FILE` names another"),
            )
        hints = (f"paths in `extends` are relative to `{origin.file}`",)
        raise ConfigurationError(f"there is no `{name}`", origin=origin, hints=hints)

    def _shown(self, path: PurePath) -> str:
        """A file as messages name it: relative to the checkout."""
        return posixpath.relpath(path, self._checkout.folder)
