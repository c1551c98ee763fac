"""Places made into paths."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import assert_never

import msgspec

from assembler.model.layout import OWN, Prefix
from assembler.model.text import Output, PartKey, Piece, Place, Quoted, Secret, Text, unquoted
from assembler.model.words import quoted_words


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """Where a build stands: prefix and checkout, the directories and keys of its parts.

    `shown` maps parts to the paths in them that the prefix shows, and these to its stable paths.
    """

    prefix: str
    project: str
    directories: Mapping[str, str]
    keys: Mapping[str, str]
    shown: Mapping[str, Mapping[str, str]] = {}

    def path(self, place: Place) -> PurePosixPath:
        """The absolute path of a place."""
        match place.root:
            case "project":
                root = PurePosixPath(self.project)
            case "prefix":
                root = PurePosixPath(self.prefix)
            case "part":
                root = PurePosixPath(self.prefix, OWN, "parts", self.directories[place.part])
            case "scratch":
                root = PurePosixPath(Prefix(PurePosixPath(self.prefix)).scratch)
                root /= self.directories[place.part]
            case "stable":
                return self._stable(place)
            case _:
                assert_never(place.root)
        return root / place.path

    def _stable(self, place: Place) -> PurePosixPath:
        """The path that the prefix shows, or else the one through the live generation."""
        if shown := self.shown.get(place.part, {}).get(place.path):
            return PurePosixPath(self.prefix, shown)
        return PurePosixPath(self.prefix, OWN, "current", "parts", place.part, place.path)

    def text(self, text: Text) -> str:
        """The text with its places as absolute paths."""
        return "".join(self._piece(piece) for piece in text.pieces)

    def settled(self, text: Text) -> Text:
        """The text with its places as absolute paths, and its secrets left as they are."""
        return Text.of(
            *(
                each if isinstance(unquoted(each), Secret) else self._piece(each)
                for each in text.pieces
            )
        )

    def remembered(self, text: Text) -> Text:
        """The text with places in the prefix instead of those in parts, which may be gone later."""
        return Text.of(*(self._remembered(piece) for piece in text.pieces))

    def _remembered(self, piece: Piece) -> Piece:
        match piece:
            case Quoted(piece=Place() as place):
                return Quoted(self._in_prefix(place))
            case Quoted(piece=PartKey()) | PartKey():
                return self._piece(piece)
            case Place():
                return self._in_prefix(piece)
            case _:
                return piece

    def _in_prefix(self, place: Place) -> Place:
        if place.root in ("project", "prefix"):
            return place
        path = self.path(place).relative_to(self.prefix)
        return Place(root="prefix", path=str(path))

    def relative(self, text: Text, directory: PurePosixPath) -> str:
        """The text as a path for a link in `directory`: relative to it where it is relocatable."""
        if not relocatable(text):
            return self.text(text)
        return relative_path(PurePosixPath(self.text(text)), directory)

    def _piece(self, piece: Piece) -> str:
        match piece:
            case str():
                return piece
            case Place():
                return str(self.path(piece))
            case PartKey():
                return self.keys[piece.part]
            case Quoted():
                return quoted_words(self._piece(piece.piece))
            case Secret():
                raise TypeError(f"the secret `{piece.name}` stands where none can")
            case Output():
                raise TypeError(f"`{piece}` was never looked up")
            case _:
                assert_never(piece)


def shown(exposed: Mapping[str, str]) -> Mapping[str, str]:
    """From the paths in a part to the stable paths that lead to them, the first of several."""
    return {target: path for path, target in sorted(exposed.items(), reverse=True)}


def relocatable(text: Text) -> bool:
    """Whether the text is one path inside the prefix, which can be written relative to another."""
    if not text.pieces:
        return False
    first, *rest = text.pieces
    inside = isinstance(first, Place) and first.root in ("prefix", "part", "stable")
    return inside and all(isinstance(piece, str) for piece in rest)


def relative_path(path: PurePosixPath, directory: PurePosixPath) -> str:
    """The absolute path as seen from the absolute directory."""
    shared = 0
    for one, other in zip(path.parts, directory.parts, strict=False):
        if one != other:
            break
        shared += 1
    up = [".."] * (len(directory.parts) - shared)
    return "/".join([*up, *path.parts[shared:]]) or "."
