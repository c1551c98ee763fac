"""Words of sh: command lines split into them, texts quoted as them."""

import re
import shlex

from assembler.errors import ConfigurationError
from assembler.model.text import Output, Piece, Quoted, Text
from assembler.origin import Origin

_MARK = "\0([0-9]+)\0"
_RESERVED = (
    "[\0\ufdd0-\ufdef"
    + "".join(chr(p << 16 | n) for p in range(17) for n in (0xFFFE, 0xFFFF))
    + "]"
)
_RUN = r"'|\\+|[^'\\]+"


def is_word(text: str) -> bool:
    """Whether all readers of shell-like files take the text: no NUL, no noncharacter of Unicode."""
    return re.search(_RESERVED, text) is None


def quoted_words(text: str) -> str:
    """The text as a word of sh, or a part of one; nothing for an empty one.

    Other readers of shell-like files (systemd, shlex, Python) understand it alike: an apostrophe
    and backslashes stand in double quotes, and everything else in single ones.
    """
    runs: list[str] = re.findall(_RUN, text)
    return "".join(
        '"' + run.replace("\\", "\\\\") + '"' if run[0] in "'\\" else f"'{run}'" for run in runs
    )


def quoted(text: Text) -> Text:
    """The text as one word of sh, whatever its places and secrets become.

    Raises `TypeError` for a reference that was not looked up.
    """
    return Text.of(*(_quoted(piece) for piece in text.pieces)) if text.pieces else Text.of("''")


def _quoted(piece: Piece) -> Piece:
    if isinstance(piece, str):
        return quoted_words(piece)
    if isinstance(piece, Output | Quoted):
        raise TypeError(f"`{piece}` can't be quoted")
    return Quoted(piece)


def command_words(line: Text | tuple[Text, ...], origin: Origin) -> tuple[Text, ...]:
    """The words of a command line, an array or a text to split.

    Raises `ConfigurationError` for one that is empty or can't be split.
    """
    try:
        words = split_words(line) if isinstance(line, Text) else line
    except ValueError as error:
        message = f"the command line can't be split: {error}"
        raise ConfigurationError(message, origin=origin) from error
    if not words:
        raise ConfigurationError("the command line is empty", origin=origin)
    return words


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
    literals_and_numbers = re.split(_MARK, word)
    return Text.of(
        *(
            pieces[int(found)] if position % 2 else found
            for position, found in enumerate(literals_and_numbers)
        )
    )
