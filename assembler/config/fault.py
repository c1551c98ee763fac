"""A fault in the syntax of a text: what is wrong, and where."""

from typing import NamedTuple

from assembler.config.positions import Extent


class Fault(NamedTuple):
    """What is wrong with a stretch of text, further lines about it, and what to write instead."""

    message: str
    extent: Extent
    details: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


def line_at(text: str, at: int) -> Extent:
    """The line that an offset lies in, without its end."""
    newline = text.find("\n", at)
    return Extent(text.rfind("\n", 0, at) + 1, len(text) if newline < 0 else newline)


def one(at: int) -> Extent:
    """One character."""
    return Extent(at, at + 1)
