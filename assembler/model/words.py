"""Command lines written as one text, and their words."""

import re
import shlex

from assembler.model.text import Piece, Text

_MARK = re.compile("\0([0-9]+)\0")


def split_words(text: Text) -> tuple[Text, ...]:
    """Split a command line into words as `sh` would, without expanding anything.

    A place is never split, whatever is in its path. Raises `ValueError` for an open quotation.
    """
    marked = "".join(
        piece.replace("\0", "") if isinstance(piece, str) else f"\0{number}\0"
        for number, piece in enumerate(text.pieces)
    )
    return tuple(_unmarked(word, text.pieces) for word in shlex.split(marked))


def _unmarked(word: str, pieces: tuple[Piece, ...]) -> Text:
    literals_and_numbers = _MARK.split(word)
    return Text.of(
        *(
            pieces[int(found)] if position % 2 else found
            for position, found in enumerate(literals_and_numbers)
        )
    )
