"""Stored trees on disk: their manifest, whether they stand whole, and what is damaged in them."""

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from secrets import token_hex
from typing import TypeVar

import msgspec

from assembler.model.canonical import encode
from assembler.model.distribution import StoredFile, StoredWheel, WheelContents
from assembler.ports import TEMPORARY

CONTENTS = "contents.json"

Manifest = TypeVar("Manifest")


class _Sealed(msgspec.Struct, frozen=True):
    """A manifest with the sha256 of its text, so that a damaged one is known as such."""

    sha256: str
    contents: msgspec.Raw


class _Wheel(msgspec.Struct, frozen=True):
    """A manifest without its files."""

    wheel: StoredWheel


# Made when this module is imported: two threads that first decode one type at once can crash.
_sealed = msgspec.json.Decoder(_Sealed)
_contents = msgspec.json.Decoder(WheelContents)
_wheel = msgspec.json.Decoder(_Wheel)


def temporary(beside: Path) -> Path:
    """A name for a temporary beside a path."""
    return beside.with_name(f"{TEMPORARY}{token_hex(8)}")


def write_contents(tree: Path, contents: WheelContents) -> None:
    """Write the manifest of a tree, which is synced with the rest of it."""
    text = encode(contents)
    sealed = encode(_Sealed(hashlib.sha256(text).hexdigest(), msgspec.Raw(text)))
    with (tree / CONTENTS).open("xb") as file:
        file.write(sealed)
        os.fchmod(file.fileno(), 0o444)


def read_contents(tree: Path) -> WheelContents | None:
    """The manifest of a tree; `None` where there is none or it is damaged."""
    return _read(tree, _contents)


def read_wheel(tree: Path) -> StoredWheel | None:
    """What the manifest of a tree says of its wheel, without its files; see `read_contents`."""
    found = _read(tree, _wheel)
    return None if found is None else found.wheel


def _read(tree: Path, manifest: msgspec.json.Decoder[Manifest]) -> Manifest | None:
    try:
        sealed = _sealed.decode((tree / CONTENTS).read_bytes())
        text = bytes(sealed.contents)
        if hashlib.sha256(text).hexdigest() != sealed.sha256:
            return None
        return manifest.decode(text)
    except (FileNotFoundError, NotADirectoryError, msgspec.MsgspecError):
        return None


def standing(tree: Path) -> WheelContents | None:
    """The manifest of a tree that stands whole, by names and sizes; else `None`."""
    contents = read_contents(tree)
    if contents is None:
        return None
    expected = {file.path: file.size for file in contents.files}
    found = 0
    for path, status in _walk(tree):
        size = expected.get(path)
        if size is None:
            if _may_be_there(path):
                continue
            return None
        if not stat.S_ISREG(status.st_mode) or status.st_size != size:
            return None
        found += 1
    return contents if found == len(expected) else None


def damaged(tree: Path) -> tuple[str, ...]:
    """The paths in a tree that are missing, changed or not its own, by full hashes; sorted."""
    contents = read_contents(tree)
    if contents is None:
        return (CONTENTS,)
    expected = {file.path: file for file in contents.files}
    faults = set(expected)
    for path, status in _walk(tree):
        file = expected.get(path)
        if file is None:
            faults |= set() if _may_be_there(path) else {path}
        elif _is_as_recorded(tree, file, status):
            faults.remove(path)
    return tuple(sorted(faults))


def set_aside(tree: Path) -> None:
    """Rename a tree away, then remove it; nothing there is no error."""
    aside = temporary(tree)
    try:
        tree.rename(aside)
    except FileNotFoundError:
        return
    remove(aside)


def remove(tree: Path) -> None:
    """Remove a tree, or a file in its place."""
    if tree.is_dir() and not tree.is_symlink():
        shutil.rmtree(tree)
    else:
        tree.unlink(missing_ok=True)


def sync_directory(directory: Path) -> None:
    """Make the names in a directory survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def by_directory(files: tuple[StoredFile, ...], tree: Path) -> Mapping[str, list[tuple[str, int]]]:
    """The names and sizes of what stands in each directory of a tree, its manifest included.

    A directory is a path with a slash at the end, or empty; parents stand before what is in them.
    """
    found = {"": [(CONTENTS, (tree / CONTENTS).stat().st_size)]}
    for file in files:
        path, slash, name = file.path.rpartition("/")
        directory = path + slash
        if directory not in found:
            for parent in _with_parents(directory):
                found.setdefault(parent, [])
        found[directory].append((name, file.size))
    return found


def _with_parents(directory: str) -> Iterator[str]:
    at = directory.find("/")
    while at >= 0:
        yield directory[: at + 1]
        at = directory.find("/", at + 1)


def _walk(tree: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Every path in a tree but directories, relative to it, links not followed."""
    pending = [""]
    while pending:
        directory = pending.pop()
        with os.scandir(tree / directory) as entries:
            for entry in entries:
                path = f"{directory}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    pending.append(f"{path}/")
                else:
                    yield path, entry.stat(follow_symlinks=False)


def _may_be_there(path: str) -> bool:
    """Whether a path that is not listed harms nothing: the manifest, and others' bytecode."""
    return path == CONTENTS or ("/__pycache__/" in path and path.endswith(".pyc"))


def _is_as_recorded(tree: Path, file: StoredFile, status: os.stat_result) -> bool:
    if not stat.S_ISREG(status.st_mode) or status.st_size != file.size:
        return False
    if bool(status.st_mode & stat.S_IXUSR) != file.executable:
        return False
    return sha256_of(tree / file.path) == file.sha256


def sha256_of(path: Path) -> str:
    """The sha256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
