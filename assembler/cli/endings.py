"""Standard streams that nobody reads or that can't say all, and signals that end a command."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from types import FrameType
from typing import TextIO

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_STANDARD = 2


class Ended(BaseException):
    """A signal asked the command to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def ending_signals() -> Iterator[None]:
    """Turn the first signal that ends a process into `Ended`; a second one ends it at once.

    A signal that is ignored stays so, as hang-ups are under `nohup`.
    """
    found = {number: signal.getsignal(number) for number in ENDING_SIGNALS}
    heard = {number: before for number, before in found.items() if before is not signal.SIG_IGN}

    def end(number: int, _frame: FrameType | None) -> None:
        for each in heard:
            signal.signal(each, signal.SIG_DFL)
        raise Ended(number)

    for number in heard:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, before in heard.items():
            if signal.getsignal(number) is end:
                signal.signal(number, before)


def open_streams() -> None:
    """Let standard streams that are closed lead nowhere, so that no other file has their place.

    What the output's encoding can't say is escaped, as it is in messages.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= _STANDARD:
        pass
    os.close(number)
    sys.stdout = sys.stdout or _nowhere(1)
    sys.stderr = sys.stderr or _nowhere(2)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def flush_streams() -> None:
    """Write what is still to be written, where somebody reads it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            unheard(stream)


def unheard(stream: TextIO) -> None:
    """Let a stream that nobody reads any more lead nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _nowhere(number: int) -> TextIO:
    return os.fdopen(number, "w", encoding="utf-8")
