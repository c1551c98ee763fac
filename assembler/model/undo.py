"""How what a part did outside is undone, as its recipe says it: plain data."""

from collections.abc import Mapping

import msgspec

from assembler.model.text import Text


class Undo(msgspec.Struct, frozen=True, kw_only=True, tag="undo"):
    """Undo what the part did outside the prefix, with a command that is run when the part goes.

    A build only remembers it, with what was known then. It runs, too, before the part is made
    anew; in the part's directory, while the files of it and of all that it refers to are still
    there. Of several the last is done first. `timeout` is in seconds.
    """

    argv: tuple[Text, ...]
    environment: Mapping[str, Text] = {}
    timeout: float = 600.0
