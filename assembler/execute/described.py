"""The live files that a generation describes."""

from pathlib import PurePath

import msgspec

from assembler.model.canonical import digest
from assembler.model.layout import OWN
from assembler.model.manifest import BuiltPart, Manifest
from assembler.model.places import Places
from assembler.model.secret import Values
from assembler.model.text import Secret, Text


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """A live file: what it is to hold, places filled in and secrets left as they are.

    `name` is its path below `live`; `shown` its path in the prefix, a stable one where there is.
    """

    part: str
    name: str
    shown: str
    content: Text
    mode: int

    @property
    def digest(self) -> str:
        """The hash of the description."""
        return digest((self.content, self.mode))

    def filled(self, values: Values) -> bytes:
        """The content with the values of its secrets."""
        pieces = (
            values[piece.name].reveal() if isinstance(piece, Secret) else str(piece)
            for piece in self.content.pieces
        )
        return "".join(pieces).encode()


def described(prefix: PurePath, manifest: Manifest) -> tuple[Described, ...]:
    """The live files of a generation in this prefix, in building order."""
    places = Places(
        prefix=str(prefix),
        project=manifest.project,
        directories={name: part.directory for name, part in manifest.parts.items()},
        keys={name: part.key for name, part in manifest.parts.items()},
    )
    return tuple(
        Described(
            part=name,
            name=f"{name}/{file.path}",
            shown=_shown(name, part, file.path),
            content=places.settled(file.content),
            mode=0o700 if file.executable else 0o600,
        )
        for name, part in manifest.parts.items()
        for file in part.live
    )


def _shown(name: str, part: BuiltPart, path: str) -> str:
    for stable, target in sorted(part.exposed.items()):
        if target == path:
            return stable
        if target in ("", "."):
            return f"{stable}/{path}"
        if path.startswith(f"{target}/"):
            return stable + path.removeprefix(target)
    return f"{OWN}/live/{name}/{path}"
