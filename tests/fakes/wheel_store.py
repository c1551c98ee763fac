"""Unpacked wheels in a file system in memory."""

import hashlib
import io
import zipfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePath, PurePosixPath

import msgspec

from assembler.adapters.archives.store import key_of, tag_of
from assembler.adapters.archives.wheel_metadata import parse_entry_points
from assembler.errors import IntegrityError, StoppedError
from assembler.model.distribution import StoredFile, StoredWheel, WheelContents
from assembler.model.target import Interpreter
from assembler.ports import Files

_FOLDERS = {"purelib": "site", "platlib": "site"}


class MemoryWheelStore:
    """The `WheelStore` port: reads wheels from `files` and writes trees to them; honest zips only.

    Wheels whose name is in `reaching_out` are said to reach out of themselves.
    """

    def __init__(
        self,
        files: Files,
        directory: str = "/cache/wheels",
        reaching_out: frozenset[str] = frozenset(),
    ) -> None:
        self._files = files
        self._directory: PurePath = PurePosixPath(directory)
        self._reaching_out = reaching_out
        self._contents: dict[str, WheelContents] = {}
        self._closed = False

    def add(
        self, wheel: PurePath, sha256: str, python: Interpreter, *, bytecode: bool = True
    ) -> StoredWheel:
        if self._closed:
            raise StoppedError("assembler is ending")
        key = key_of(wheel.name, sha256, tag_of(python, bytecode=bytecode))
        if self.verify(key):
            data = self._files.read(wheel)
            if hashlib.sha256(data).hexdigest() != sha256:
                raise IntegrityError(f"`{wheel.name}` has another sha256 than {sha256}")
            self._put(key, wheel, data, python if bytecode else None)
        return self._contents[key].wheel

    def close(self) -> None:
        self._closed = True

    def find(
        self, filename: str, sha256: str, python: Interpreter, *, bytecode: bool = True
    ) -> StoredWheel | None:
        key = key_of(filename, sha256, tag_of(python, bytecode=bytecode))
        contents = self._contents.get(key)
        return contents.wheel if contents and not self.verify(contents.wheel.key) else None

    def contents(self, key: str) -> WheelContents:
        if key not in self._contents:
            raise IntegrityError(f"`{key}` is not in the cache, or damaged there")
        return self._contents[key]

    def metadata(self, key: str) -> bytes:
        for file in self.contents(key).files:
            if file.path.endswith(".dist-info/METADATA"):
                return self._files.read(self._directory / key / file.path)
        raise IntegrityError(f"`{key}` is not in the cache, or damaged there")

    def materialise(self, keys: Collection[str], store: PurePath) -> None:
        for key in keys:
            self._put_into(key, store)

    def link(self, directory: PurePath, targets: Mapping[str, str]) -> None:
        self._files.symlinks(directory, targets)

    def discard(self, key: str, store: PurePath | None = None) -> None:
        self._files.remove((self._directory if store is None else store) / key)

    def verify(self, key: str, store: PurePath | None = None) -> tuple[str, ...]:
        if key not in self._contents:
            return ("contents.json",)
        tree = (self._directory if store is None else store) / key
        return tuple(
            file.path
            for file in self._contents[key].files
            if self._files.state(tree / file.path) is None
            or self._files.sha256(tree / file.path) != file.sha256
        )

    def _put_into(self, key: str, store: PurePath) -> None:
        contents = self.contents(key)
        if self.verify(key, store):
            self._files.remove(store / key)
            for file in contents.files:
                content = self._files.read(self._directory / key / file.path)
                mode = 0o555 if file.executable else 0o444
                self._files.write(store / key / file.path, content, mode)

    def _put(self, key: str, wheel: PurePath, data: bytes, compiler: Interpreter | None) -> None:
        self._files.remove(self._directory / key)
        files = []
        try:
            members = dict(_members(data, compiler))
        except zipfile.BadZipFile:
            raise IntegrityError(f"archive `{wheel.name}` is refused: it is damaged") from None
        for path, content in sorted(members.items()):
            self._files.write(self._directory / key / path, content, 0o444)
            sha256 = hashlib.sha256(content).hexdigest()
            executable = path.startswith("scripts/")
            files.append(
                StoredFile(path=path, sha256=sha256, size=len(content), executable=executable)
            )
        stored = _described(key, wheel, members)
        out = stored.name in self._reaching_out
        self._contents[key] = WheelContents(wheel=stored, files=tuple(files), reaching_out=out)


def _members(data: bytes, compiler: Interpreter | None) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            top, _, rest = name.partition("/")
            folder, _, inner = rest.partition("/")
            path = f"site/{name}"
            if top.endswith(".data"):
                path = f"{_FOLDERS.get(folder, folder)}/{inner}"
            yield path, archive.read(name)
            if compiler and path.startswith("site/") and path.endswith(".py"):
                pure = PurePosixPath(path)
                cached = pure.parent / "__pycache__" / f"{pure.stem}.{compiler.tag}.pyc"
                yield cached.as_posix(), b"bytecode of " + archive.read(name)


def _described(key: str, wheel: PurePath, members: dict[str, bytes]) -> StoredWheel:
    scripts = {
        path.removeprefix("scripts/"): content.startswith(b"#!python")
        for path, content in members.items()
        if path.startswith("scripts/")
    }
    text = [content for path, content in members.items() if path.endswith("/entry_points.txt")]
    version = wheel.name.split("-", 2)[1]
    stored = StoredWheel(
        key=key,
        name=key.split(f"-{version}-", 1)[0],
        version=version,
        scripts=tuple(sorted(name for name, python in scripts.items() if python)),
        binaries=tuple(sorted(name for name, python in scripts.items() if not python)),
    )
    points = parse_entry_points(text[0].decode()) if text else ()
    return msgspec.structs.replace(stored, entry_points=points)
