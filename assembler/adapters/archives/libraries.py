"""Shared libraries of a wheel, and where they look for others."""

import mmap
import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from assembler.model.distribution import StoredFile

_LIBRARY = re.compile(r"site/.*\.so(?:\.[0-9.]+)?")
_ORIGIN = re.compile(r"\$ORIGIN|\$\{ORIGIN\}")
_SEARCH_PATHS = {"DT_RPATH": "rpath", "DT_RUNPATH": "runpath"}
_ORIGINS = (b"$ORIGIN", b"${ORIGIN}")
_ELF = b"\x7fELF"


def reach_out(tree: Path, files: Iterable[StoredFile]) -> bool:
    """Whether an ELF library has an RPATH from `$ORIGIN` to a directory that the wheel lacks."""
    paths = [file.path for file in files]
    libraries = [path for path in paths if _LIBRARY.fullmatch(path)]
    if not libraries:
        return False
    directories = {parent for path in paths for parent in _parents(path)}
    return any(
        destination not in directories
        for library in libraries
        for destination in _destinations(tree, library)
    )


def _parents(path: str) -> Iterator[str]:
    while path := posixpath.dirname(path):
        yield path


def _destinations(tree: Path, library: str) -> Iterator[str]:
    """The directories that a library's relative RPATHs name, relative to the tree."""
    with (tree / library).open("rb") as file:
        for path in _search_paths(file) if _names_origin(file) else ():
            if _ORIGIN.match(path):
                relative = _ORIGIN.sub(posixpath.dirname(library), path, count=1)
                yield posixpath.normpath(relative)


def _names_origin(file: BinaryIO) -> bool:
    """Whether `$ORIGIN` is anywhere in a file, which is quicker to tell than what the rest is."""
    if not os.fstat(file.fileno()).st_size:
        return False
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find(origin) >= 0 for origin in _ORIGINS)


def _search_paths(file: BinaryIO) -> Iterator[str]:
    from elftools.common.exceptions import ELFError  # noqa: PLC0415 - only for ELF files
    from elftools.elf.dynamic import DynamicSegment  # noqa: PLC0415 - only for ELF files
    from elftools.elf.elffile import ELFFile  # noqa: PLC0415 - only for ELF files

    if file.read(len(_ELF)) != _ELF:
        return
    try:
        for segment in ELFFile(file).iter_segments():
            if isinstance(segment, DynamicSegment):
                for tag in segment.iter_tags():
                    if tag.entry.d_tag in _SEARCH_PATHS:
                        yield from str(getattr(tag, _SEARCH_PATHS[tag.entry.d_tag])).split(":")
    except ELFError:
        return
