"""Generations: which there are, which is live, and what each was made of."""

import re
from binascii import crc32
from pathlib import PurePath

import msgspec

from assembler.errors import IntegrityError, MachineError
from assembler.model.layout import Prefix
from assembler.model.manifest import Manifest
from assembler.ports import Files

SCHEMA = 2
"""The newest form of manifests that is understood."""

_SUMMED = 2
"""The first form that ends with a checksum of what stands before it."""

_SUM = re.compile(rb',"crc32":"([0-9a-f]{8})"}')
_SUM_SIZE = 20


class _Version(msgspec.Struct):
    """What a manifest of any form holds."""

    schema: int
    assembler: str


def numbers(prefix: PurePath, files: Files) -> tuple[int, ...]:
    """The numbers of the generations that stand whole, and of the live one, in order."""
    places = Prefix(prefix)
    live = current_number(prefix, files)
    there = (int(name) for name in files.names(places.generations) if name.isdecimal())
    whole = (n for n in there if n == live or files.state(places.manifest(n)) is not None)
    return tuple(sorted(whole))


def current_number(prefix: PurePath, files: Files) -> int | None:
    """The number of the live generation."""
    state = files.state(Prefix(prefix).current)
    if state is None or state.kind != "link":
        return None
    directory, _, name = state.target.rpartition("/")
    return int(name) if directory == "generations" and name.isdecimal() else None


def current(prefix: PurePath, files: Files) -> Manifest | None:
    """The manifest of the live generation, if there is one. Raises as `load` does."""
    number = current_number(prefix, files)
    return None if number is None else load(prefix, number, files)


def readable(prefix: PurePath, files: Files) -> Manifest | None:
    """The manifest of the live generation for the next build, which replaces a damaged one.

    Raises `MachineError` for one that a newer assembler wrote.
    """
    try:
        return current(prefix, files)
    except IntegrityError:
        return None


def load(prefix: PurePath, number: int, files: Files) -> Manifest:
    """The manifest of a generation.

    Raises `IntegrityError` for one that is damaged or missing, `MachineError` for one that a newer
    assembler wrote.
    """
    path = Prefix(prefix).manifest(number)
    try:
        text = files.read(path)
        summed = _SUM.fullmatch(text, max(0, len(text) - _SUM_SIZE))
        if summed and int(summed[1], 16) != crc32(text[: summed.start()]):
            raise _damaged(path)
        version = msgspec.json.decode(text, type=_Version)
        if version.schema > SCHEMA:
            raise MachineError(
                f"`{prefix}` was built by a newer assembler, {version.assembler}",
                hints=["use that version or a later one"],
            )
        if version.schema >= _SUMMED and not summed:
            raise _damaged(path)
        return msgspec.json.decode(text, type=Manifest)
    except FileNotFoundError as error:
        raise IntegrityError(f"`{path}` is missing") from error
    except msgspec.DecodeError as error:
        raise _damaged(path) from error


def written(manifest: Manifest) -> bytes:
    """A manifest as its file holds it: what is in it, and at the end a checksum of that."""
    text = msgspec.json.encode(manifest).removesuffix(b"}")
    return b'%s,"crc32":"%08x"}' % (text, crc32(text))


def discard(prefix: PurePath, number: int, files: Files) -> None:
    """Let a damaged manifest look touched, so that nobody believes what was known of it before."""
    path = Prefix(prefix).manifest(number)
    if files.state(path) is not None:
        files.set_time(path, 0)


def _damaged(path: PurePath) -> IntegrityError:
    return IntegrityError(
        f"`{path}` is damaged", hints=("`assemble build` makes what is damaged again",)
    )
