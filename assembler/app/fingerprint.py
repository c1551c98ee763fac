"""The fingerprint of all that goes into a build: taken after it, compared before the next one.

A file counts as unchanged if its size and mtime are; otherwise its hash decides. A file that was
changed while the build ran never matches, and one changed shortly before is always hashed, as its
mtime may be too coarse to tell. Of configuration only the values count, in their order, and neither
comments nor layout.
"""

from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePath

import msgspec

from assembler.model.manifest import Fingerprint, InputFile
from assembler.ports import Files

RACY = 2_000_000_000
CHANGED_MEANWHILE = "changed while it was built"


def with_files(
    fingerprint: Fingerprint,
    paths: Iterable[PurePath],
    configuration: Collection[PurePath],
    files: Files,
    *,
    started: int,
) -> Fingerprint:
    """Add these input files to a fingerprint; `started` is when reading began (ns).

    Of those that are `configuration` (TOML) only the values count.
    """
    inputs = (_input(path, files, started) for path in sorted(set(paths)))
    found = (
        _with_values(each, files) if PurePath(each.path) in configuration else each
        for each in inputs
    )
    return msgspec.structs.replace(fingerprint, files=tuple(found))


def _with_values(found: InputFile, files: Files) -> InputFile:
    if not found.sha256 or found.size < 0:
        return found
    return msgspec.structs.replace(found, values=_values(files.read(PurePath(found.path))))


def _values(content: bytes) -> str:
    """The hash of what a TOML document says; empty for what is none."""
    import hashlib  # noqa: PLC0415 - where nothing changed, nothing is hashed

    import tomli  # noqa: PLC0415 - nor is anything parsed

    try:
        return hashlib.sha256(repr(tomli.loads(content.decode())).encode()).hexdigest()
    except (ValueError, RecursionError):
        return ""


def unchanged(
    fingerprint: Fingerprint,
    request: str,
    *,
    folder: PurePath,
    environment: Mapping[str, str],
    files: Files,
) -> bool:
    """Whether everything that the fingerprint was taken of is as it was."""
    return (
        fingerprint.request == request
        and all(environment.get(name) == was for name, was in fingerprint.environment.items())
        and all(_same(input_file, files) for input_file in fingerprint.files)
        and all(files.glob(folder, glob) == was for glob, was in fingerprint.globs.items())
    )


def _input(path: PurePath, files: Files, started: int) -> InputFile:
    state = files.state(path)
    if state is None:
        return InputFile(path=str(path), sha256="")
    if state.mtime >= started:
        return InputFile(path=str(path), sha256=CHANGED_MEANWHILE, size=-1)
    mtime = 0 if state.mtime >= started - RACY else state.mtime
    return InputFile(path=str(path), sha256=files.sha256(path), size=state.size, mtime=mtime)


def _same(was: InputFile, files: Files) -> bool:
    path = PurePath(was.path)
    state = files.state(path)
    if state is None or not was.sha256:
        return state is None and not was.sha256
    if state.kind != "file" or state.size == was.size:
        if state.kind == "file" and state.mtime == was.mtime:
            return True
        if files.sha256(path) == was.sha256:
            return True
    return bool(was.values) and _values(files.read(path)) == was.values
