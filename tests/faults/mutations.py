"""Bytes and texts with something changed at random."""

import random
from collections.abc import Sequence

from tests.faults.hostile_texts import WHOLE


def mutated(chance: random.Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """The content with a few changes: bits, pieces cut out, doubled, or taken from others."""
    for _ in range(chance.choice((1, 1, 1, 2, 4, 9))):
        content = _changed(chance, content, chance.choice(others))
    return content


def _changed(chance: random.Random, content: bytes, other: bytes) -> bytes:
    begin = chance.randrange(len(content) + 1)
    end = min(len(content), begin + chance.choice((0, 1, 2, 4, 8, 46, 512)))
    piece = _piece(chance, content[begin:end], other)
    if chance.random() < KEEPING_LENGTH:
        return (content[:begin] + piece + content[begin + len(piece) :])[: len(content)]
    return content[:begin] + piece + content[end:]


def _piece(chance: random.Random, here: bytes, other: bytes) -> bytes:
    """What comes in the place of some bytes."""
    start = chance.randrange(len(other) + 1)
    return chance.choice(
        (
            bytes(byte ^ 1 << chance.randrange(8) for byte in here[:1]),
            bytes(byte ^ 1 << chance.randrange(8) for byte in here),
            b"",
            here * 2,
            other[start : start + chance.choice((1, 4, 30, 46, 512))],
            chance.choice(NUMBERS),
            chance.choice(WHOLE).encode("utf-8", "surrogatepass")[:600],
        )
    )


KEEPING_LENGTH = 0.7
"""How often what follows stays where it is: else most is refused for that alone."""

NUMBERS = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff", b"\0", b"\x01\0", b"\x80", b"\xff" * 8)
"""What lengths, counts and offsets are hard to hold."""


def mutated_text(chance: random.Random, text: str, pieces: Sequence[str]) -> str:
    """The text with a few pieces put into it, or taken from it."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        begin = chance.randrange(len(text) + 1)
        end = min(len(text), begin + chance.choice((0, 0, 1, 5, 40)))
        text = text[:begin] + chance.choice((*pieces, *WHOLE)) + text[end:]
    return text
