"""What parts did outside and is not undone yet, as it stands in a prefix."""

from collections.abc import Iterator
from pathlib import PurePath

import msgspec

from assembler.errors import IntegrityError
from assembler.model.layout import Prefix
from assembler.model.manifest import Effect, Manifest
from assembler.ports import TEMPORARY, Files

_EFFECT = msgspec.json.Decoder(Effect)


def effects(prefix: PurePath, files: Files) -> tuple[Effect, ...]:
    """What was done outside and is not undone. Raises `IntegrityError` where that is damaged."""
    places = Prefix(prefix)
    names = (name for name in files.names(places.effects) if not name.startswith(TEMPORARY))
    return tuple(read_effect(places.effects / name, files) for name in names)


def read_effect(path: PurePath, files: Files) -> Effect:
    """One of them. Raises `IntegrityError`."""
    try:
        return _EFFECT.decode(files.read(path))
    except msgspec.DecodeError as error:
        raise IntegrityError(
            f"`{path}` is damaged, which says how to undo what a part did outside",
            hints=("undo it by hand, and remove that file",),
        ) from error


def effects_differ(prefix: PurePath, manifest: Manifest, files: Files) -> bool:
    """Whether something else was done outside than by the parts of a generation."""
    places = Prefix(prefix)
    expected = {places.effect(part.directory).name for part in manifest.parts.values() if part.undo}
    return set(files.names(places.effects)) != expected


def undone(prefix: PurePath, manifest: Manifest, files: Files) -> Iterator[str]:
    """The parts of a generation of which nothing stands outside any more."""
    for name, part in manifest.parts.items():
        if part.undo and files.state(Prefix(prefix).effect(part.directory)) is None:
            yield name
