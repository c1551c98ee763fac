"""The live files that a generation describes."""

from pathlib import PurePath

import msgspec

from assembler.errors import MachineError
from assembler.model.canonical import digest
from assembler.model.layout import OWN
from assembler.model.manifest import BuiltPart, Manifest
from assembler.model.places import Places, shown
from assembler.model.secret import Values
from assembler.model.text import Piece, Quoted, Secret, Text
from assembler.model.words import is_word, quoted_words


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
        return "".join(_filled(piece, values) for piece in self.content.pieces).encode()


def _filled(piece: Piece, values: Values) -> str:
    match piece:
        case Secret():
            return values[piece.name].reveal()
        case Quoted():
            text = _filled(piece.piece, values)
            if isinstance(piece.piece, Secret) and not is_word(text):
                message = f"the secret `{piece.piece.name}` holds a character that Unicode reserves"
                raise MachineError(message, hints=("no variable can hold it",))
            return quoted_words(text)
        case _:
            return str(piece)


def described(prefix: PurePath, manifest: Manifest) -> tuple[Described, ...]:
    """The live files of a generation in this prefix, in building order."""
    places = Places(
        prefix=str(prefix),
        project=manifest.project,
        directories={name: part.directory for name, part in manifest.parts.items()},
        keys={name: part.key for name, part in manifest.parts.items()},
        shown={name: shown(part.exposed) for name, part in manifest.parts.items()},
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
