"""Text with places as a file has it: with references to them."""

from assembler.config.keys import dotted
from assembler.model.text import Output, PartKey, Piece, Place, Quoted, Secret, Text

_LAUNCHER = "bin/"


def written(text: Text) -> str:
    """The text with references for all that is known only when a part is built."""
    return "".join(_piece(piece) for piece in text.pieces)


def escaped(text: str) -> str:
    """Literal text, so that nothing in it is taken for a reference."""
    return text.replace("${", "$${")


def _piece(piece: Piece) -> str:
    match piece:
        case str():
            return escaped(piece)
        case Place():
            return _place(piece)
        case PartKey():
            return _reference("parts", piece.part, "key")
        case Output():
            return _reference("parts", piece.part, *piece.path)
        case Secret():
            return _reference("secrets", piece.name)
        case Quoted():
            return _piece(piece.piece)


def _place(place: Place) -> str:
    if place.root != "part":
        return "/".join(filter(None, (_reference("assembly", place.root), place.path)))
    name = place.path.removeprefix(_LAUNCHER)
    if name != place.path and "/" not in name:
        return _reference("parts", place.part, "bin", name)
    return "/".join(filter(None, (_reference("parts", place.part, "dir"), place.path)))


def _reference(*path: str) -> str:
    return f"${{{dotted(path)}}}"
