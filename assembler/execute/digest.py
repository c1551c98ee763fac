"""One hash of everything that is live, which does not depend on where it stands."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath

import msgspec

from assembler.execute.stable import root_links
from assembler.model.canonical import digest
from assembler.model.layout import Prefix
from assembler.model.manifest import BuiltFile, BuiltPart, Manifest
from assembler.ports import Files

_SUFFIX = 13


class _Entry(msgspec.Struct, frozen=True, order=True):
    """One file, link or directory of the tree: where, kind, permission bits, content or target."""

    path: str
    kind: str
    mode: int
    content: str


def tree_digest(prefix: PurePath, manifest: Manifest, files: Files) -> str:
    """The sha256 over the live stable paths, parts and stored wheels.

    The prefix counts as `@prefix@`, the checkout as `@project@`, a part's directory as its name;
    times do not count.
    """
    tree = _Tree(prefix, manifest, files)
    return digest(sorted(tree.entries()))


class _Tree:
    """The live tree of a prefix."""

    def __init__(self, prefix: PurePath, manifest: Manifest, files: Files) -> None:
        self._places = Prefix(prefix)
        self._manifest = manifest
        self._files = files
        self._wheels = {key: self._wheel(key) for key in _keys(manifest)}
        self._neutral = _neutraliser(_replacements(manifest, self._wheels))

    def entries(self) -> Iterator[_Entry]:
        """Everything in it."""
        for path, target in root_links(self._places, self._manifest).items():
            yield _Entry(f"root/{path}", "link", 0, self._neutral(target))
        for name, part in self._manifest.parts.items():
            for file in part.files:
                yield self._part_entry(name, part, file)
        for wheel in sorted(self._wheels.values()):
            yield _Entry(f"store/{wheel}", "wheel", 0, wheel)

    def _part_entry(self, name: str, part: BuiltPart, file: BuiltFile) -> _Entry:
        path = f"parts/{name}/{file.path}"
        if file.kind == "link":
            return _Entry(path, file.kind, 0, self._neutral(file.target))
        content = file.sha256
        standing = self._places.part(part.directory) / file.path
        if file.kind == "file" and part.baked and self._files.state(standing):
            text = self._files.read(standing)
            content = hashlib.sha256(self._neutral_bytes(text)).hexdigest()
        return _Entry(path, file.kind, file.mode, content)

    def _neutral_bytes(self, content: bytes) -> bytes:
        return self._neutral(content.decode("latin-1")).encode("latin-1")

    def _wheel(self, key: str) -> str:
        """The key of a stored wheel, or, where it leads to the checkout, a hash of its content."""
        tree = self._places.store / key
        paths = [path for path, state in self._files.walk(tree) if state.kind == "file"]
        if not any(_leads_out(path) for path in paths):
            return key
        project = self._manifest.project.encode()
        hashes = [
            (path, hashlib.sha256(content.replace(project, b"@project@")).hexdigest())
            for path in paths
            if not path.endswith((".dist-info/RECORD", ".pyc", ".json"))
            for content in (self._files.read(tree / path),)
        ]
        return f"{key.rpartition('-')[0]}-{digest(hashes)}"


def _leads_out(path: str) -> bool:
    """Whether a file may be that of an editable wheel: a `.pth` file among the top-level names."""
    directory, _, name = path.rpartition("/")
    return directory == "site" and (name.endswith(".pth") or name.startswith("__editable__"))


def _keys(manifest: Manifest) -> Iterator[str]:
    yield from {key for part in manifest.parts.values() for key in part.store}


def _replacements(manifest: Manifest, wheels: Mapping[str, str]) -> Mapping[str, str]:
    found = {manifest.prefix: "@prefix@", manifest.project: "@project@", **wheels}
    for name, part in manifest.parts.items():
        found[part.directory] = name
        for directory in part.relies_on:
            found[directory] = directory[:-_SUFFIX]
    return {before: after for before, after in found.items() if before}


def _neutraliser(replacements: Mapping[str, str]) -> Callable[[str], str]:
    """Replaces the longest first, so that a prefix inside the checkout is seen as the prefix."""
    ordered = sorted(replacements.items(), key=lambda pair: len(pair[0]), reverse=True)

    def neutral(text: str) -> str:
        for before, after in ordered:
            text = text.replace(before, after)
        return text

    return neutral
