"""A file system in memory."""

import fnmatch
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import PurePath, PurePosixPath
from typing import Literal

import msgspec

from assembler.ports import FileState

_UNSEEN = frozenset({".git", ".hg", ".svn", "__pycache__", "node_modules"})
_LINKS = 40


class Node(msgspec.Struct, frozen=True):
    kind: Literal["file", "directory", "link", "other"]
    content: bytes = b""
    mode: int = 0o755
    mtime: int = 0
    target: str = ""


def _state(node: Node) -> FileState:
    size = len(node.target) if node.kind == "link" else len(node.content)
    return FileState(node.kind, size, node.mode, node.mtime, node.target)


class MemoryFiles:
    """The `Files` port in memory; every change makes the clock advance by a second."""

    def __init__(self) -> None:
        self.nodes: dict[PurePosixPath, Node] = {PurePosixPath("/"): Node("directory")}
        self._clock = 0

    def state(self, path: PurePath) -> FileState | None:
        node = self._find(self._parent_resolved(path))
        return None if node is None else _state(node)

    def read(self, path: PurePath) -> bytes:
        node = self._find(self._resolved(path))
        if node is None:
            raise FileNotFoundError(str(path))
        assert node.kind == "file", path
        return node.content

    def read_part(self, path: PurePath, start: int, length: int) -> bytes:
        return self.read(path)[start : start + length]

    def sha256(self, path: PurePath) -> str:
        return hashlib.sha256(self.read(path)).hexdigest()

    def names(self, directory: PurePath) -> tuple[str, ...]:
        resolved = self._resolved(directory)
        return tuple(sorted(path.name for path in self._children(resolved)))

    def walk(self, directory: PurePath) -> Iterator[tuple[str, FileState]]:
        resolved = self._resolved(directory)
        if self._find(resolved) is None:
            raise FileNotFoundError(str(directory))
        yield from self._walk(resolved)

    def glob(self, folder: PurePath, pattern: str) -> tuple[str, ...]:
        return tuple(sorted(set(self._matches(PurePosixPath(folder), "", pattern.split("/")))))

    def make_directory(self, path: PurePath) -> None:
        resolved = self._resolved(path)
        node = self._find(resolved)
        if node is None:
            self.make_directory(resolved.parent)
            self._put(resolved, Node("directory"))
        elif node.kind != "directory":
            raise FileExistsError(str(path))

    def write(self, path: PurePath, content: bytes, mode: int = 0o644) -> None:
        self.make_directory(path.parent)
        self._put_new(path, Node("file", content, mode))

    def replace(self, path: PurePath, content: bytes, mode: int = 0o644) -> None:
        self.make_directory(path.parent)
        self._put(self._parent_resolved(path), Node("file", content, mode))

    def replace_all(self, contents: Mapping[PurePath, bytes]) -> None:
        for path, content in contents.items():
            self.replace(path, content)

    def symlink(self, path: PurePath, target: str) -> None:
        self.make_directory(path.parent)
        self._put_new(path, Node("link", mode=0o777, target=target))

    def symlinks(self, directory: PurePath, targets: Mapping[str, str]) -> None:
        for path, target in targets.items():
            self.symlink(directory / path, target)

    def replace_symlink(self, path: PurePath, target: str) -> None:
        self.make_directory(path.parent)
        self._put(self._parent_resolved(path), Node("link", mode=0o777, target=target))

    def copy(self, source: PurePath, path: PurePath, mode: int) -> None:
        self.write(path, self.read(source), mode)

    def set_mode(self, path: PurePath, mode: int) -> None:
        resolved = self._resolved(path)
        self.nodes[resolved] = msgspec.structs.replace(self.nodes[resolved], mode=mode)

    def set_time(self, path: PurePath, seconds: int) -> None:
        resolved = self._resolved(path)
        changed = msgspec.structs.replace(self.nodes[resolved], mtime=seconds * 10**9)
        self.nodes[resolved] = changed

    def rename(self, path: PurePath, to: PurePath) -> None:
        source, target = self._parent_resolved(path), self._parent_resolved(to)
        if self._find(source) is None:
            raise FileNotFoundError(str(path))
        moved = {
            target / inner.relative_to(source): node
            for inner, node in self.nodes.items()
            if inner.is_relative_to(source)
        }
        self.remove(source)
        self.nodes.update(moved)

    def remove(self, path: PurePath) -> None:
        resolved = self._parent_resolved(path)
        for inner in [inner for inner in self.nodes if inner.is_relative_to(resolved)]:
            del self.nodes[inner]

    def sync(self, *directories: PurePath) -> None:
        for directory in directories:
            assert self._find(self._resolved(directory)) is not None, directory

    def tree(self, directory: PurePath) -> dict[str, str]:
        """What stands below the directory: content, target or `/`, by relative path."""
        return {path: self._shown(directory / path) for path, _ in self.walk(directory)}

    def _shown(self, path: PurePath) -> str:
        node = self.nodes[self._parent_resolved(path)]
        if node.kind == "file":
            return node.content.decode(errors="replace")
        return f"-> {node.target}" if node.kind == "link" else "/"

    def _find(self, path: PurePosixPath) -> Node | None:
        return self.nodes.get(path)

    def _put_new(self, path: PurePath, node: Node) -> None:
        resolved = self._parent_resolved(path)
        if self._find(resolved) is not None:
            raise FileExistsError(str(path))
        self._put(resolved, node)

    def _put(self, path: PurePosixPath, node: Node) -> None:
        self._clock += 1_000_000_000
        self.nodes[path] = msgspec.structs.replace(node, mtime=self._clock)

    def _parent_resolved(self, path: PurePath) -> PurePosixPath:
        pure = PurePosixPath(path)
        return self._resolved(pure.parent) / pure.name if pure.name else pure

    def _resolved(self, path: PurePath) -> PurePosixPath:
        pure = PurePosixPath(path)
        if pure in self.nodes and not any(self._is_link(each) for each in (pure, *pure.parents)):
            return pure
        todo = list(pure.parts[1:])
        resolved = PurePosixPath("/")
        followed = 0
        while todo:
            name = todo.pop(0)
            resolved = resolved.parent if name == ".." else resolved / name
            node = self.nodes.get(resolved)
            if node is not None and node.kind == "link":
                followed += 1
                assert followed < _LINKS, f"link loop at {path}"
                target = PurePosixPath(node.target)
                todo = [*target.parts[target.is_absolute() :], *todo]
                resolved = PurePosixPath("/") if target.is_absolute() else resolved.parent
        return resolved

    def _is_link(self, path: PurePosixPath) -> bool:
        node = self.nodes.get(path)
        return node is not None and node.kind == "link"

    def _children(self, directory: PurePosixPath) -> list[PurePosixPath]:
        return [path for path in self.nodes if path.parent == directory and path != directory]

    def _walk(self, directory: PurePosixPath) -> Iterator[tuple[str, FileState]]:
        start = "/" if str(directory) == "/" else f"{directory}/"
        below = [path for path in self.nodes if str(path).startswith(start) and path != directory]
        for path in sorted(below):
            yield str(path)[len(start) :], _state(self.nodes[path])

    def _matches(self, folder: PurePosixPath, relative: str, pattern: list[str]) -> Iterator[str]:
        first, rest = pattern[0], pattern[1:]
        if first == "**":
            rest = rest or ["*"]
            yield from self._matches(folder, relative, rest)
            for name in self._visible(folder):
                if self.nodes[folder / name].kind == "directory":
                    yield from self._matches(folder / name, f"{relative}{name}/", ["**", *rest])
            return
        literal = not set(first) & set("*?[")
        names = (
            [first]
            if literal
            else [name for name in self._visible(folder) if fnmatch.fnmatchcase(name, first)]
        )
        for name in names:
            node = self._find(self._resolved(folder / name))
            if rest and node is not None and node.kind == "directory":
                yield from self._matches(folder / name, f"{relative}{name}/", rest)
            elif not rest and node is not None and node.kind == "file":
                yield f"{relative}{name}"

    def _visible(self, folder: PurePosixPath) -> list[str]:
        return [
            name
            for name in self.names(folder)
            if name not in _UNSEEN and self.state(folder / name / ".assembly") is None
        ]
