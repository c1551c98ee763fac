"""Text that may hold paths which are only known when a step is performed."""

from collections.abc import Mapping
from typing import Literal, Self, TypeAlias

import msgspec


class Place(msgspec.Struct, frozen=True, tag="place"):
    """A path below a root that is known only when the step is performed.

    `project` is the checkout; `prefix` the final prefix, for its stable paths; `part` the immutable
    directory of the part named `part`, `stable` the same by a path that outlasts a generation, and
    `scratch` the folder that it is built in, which goes afterwards.
    """

    root: Literal["project", "prefix", "part", "stable", "scratch"]
    path: str = ""
    part: str = ""


class PartKey(msgspec.Struct, frozen=True, tag="key"):
    """The key of a part, known once its steps are."""

    part: str


class Output(msgspec.Struct, frozen=True, tag="output"):
    """A reference to an output of another part, before it is looked up: `${parts.app.bin.web}`."""

    part: str
    path: tuple[str, ...]


class Secret(msgspec.Struct, frozen=True, tag="secret"):
    """The value of a secret, which is known only when a live file is written."""

    name: str


class Quoted(msgspec.Struct, frozen=True, tag="quoted"):
    """What a piece becomes, as a word of sh or a part of one (see `model.words.quoted`)."""

    piece: Place | PartKey | Secret


Piece: TypeAlias = str | Place | PartKey | Output | Secret | Quoted


def unquoted(piece: Piece) -> Piece:
    """The piece itself, whether it is to be quoted or not."""
    return piece.piece if isinstance(piece, Quoted) else piece


class Text(msgspec.Struct, frozen=True):
    """A sequence of literal text and of places; an option of this type may hold any reference."""

    pieces: tuple[Piece, ...] = ()

    @classmethod
    def of(cls, *pieces: "Piece | Text") -> Self:
        """Concatenate pieces and texts, joining neighbouring literals."""
        flat: list[Piece] = []
        for piece in pieces:
            for part in piece.pieces if isinstance(piece, Text) else (piece,):
                if isinstance(part, str) and flat and isinstance(flat[-1], str):
                    flat[-1] += part
                elif part != "":
                    flat.append(part)
        return cls(tuple(flat))

    def stable(self) -> Self:
        """The same with stable paths, for what outlasts a generation."""
        return type(self)(tuple(_stable(piece) for piece in self.pieces))

    def without(self, other: "Text") -> Self:
        """The same without what leads into the parts that `other` leads into."""
        parts = {_part(piece) for piece in other.pieces} - {""}
        return type(self)(tuple(piece for piece in self.pieces if _part(piece) not in parts))

    @property
    def literal(self) -> str | None:
        """The text itself if it holds no place, else `None`."""
        if not self.pieces:
            return ""
        only = self.pieces[0]
        return only if len(self.pieces) == 1 and isinstance(only, str) else None

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The references to outputs of other parts in it."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Output))

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secrets in it, each once."""
        pieces = (unquoted(piece) for piece in self.pieces)
        return tuple(dict.fromkeys(each.name for each in pieces if isinstance(each, Secret)))


def _stable(piece: Piece) -> Piece:
    if isinstance(piece, Place) and piece.root == "part":
        return Place(root="stable", path=piece.path, part=piece.part)
    return piece


def _part(piece: Piece) -> str:
    inner = unquoted(piece)
    return inner.part if isinstance(inner, Place | PartKey) else ""


Plain: TypeAlias = str | int | float | bool | None
"""A scalar of TOML as JSON knows it (dates and times are given as text)."""

Value: TypeAlias = "Plain | Text | tuple[Value, ...] | Mapping[str, Value]"
"""A resolved configuration value: a scalar, a text with places, an array or a table."""
