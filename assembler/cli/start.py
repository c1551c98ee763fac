"""Where the `assemble` command starts: an answer that still holds, else the whole program."""

import os
import sys

from assembler.cli.answers import answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def script() -> "NoReturn":
    """The `assemble` command."""
    said = answer(sys.argv[1:])
    if said is not None and _told(said):
        os._exit(0)
    from assembler.cli.main import script as whole

    whole()


def _told(said: "list[tuple[int, str]]") -> bool:
    """Say it; whether that could be done."""
    try:
        for number, text in said:
            os.write(number, text.encode())
    except OSError:
        return False
    return True
