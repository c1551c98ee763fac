"""Where the `assemble` command starts: an answer that still holds, else the whole program.

An interrupt ends it at once and without a word until there is something to tidy up: `main` hears
signals from then on. (`signal` itself would take longer to import than all of this.)
"""

import os
import sys

from assembler.cli.answers import answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from signal import SIG_DFL, SIGINT, default_int_handler, getsignal, signal
    from typing import NoReturn
else:
    from _signal import SIG_DFL, SIGINT, default_int_handler, getsignal, signal

ALLOCATIONS = 200_000
"""How many new objects let the garbage collector look for rings: there are few in one command."""


def script() -> "NoReturn":
    """The `assemble` command."""
    if getsignal(SIGINT) is default_int_handler:
        signal(SIGINT, SIG_DFL)
    said = answer(sys.argv[1:])
    if said is not None and _told(said):
        os._exit(0)
    import gc

    gc.set_threshold(ALLOCATIONS)
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
