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
    match chance.randrange(6):
        case 0:
            piece = bytes(byte ^ 1 << chance.randrange(8) for byte in content[begin:end])
        case 1:
            piece = b""
        case 2:
            piece = content[begin:end] * 2
        case 3:
            start = chance.randrange(len(other) + 1)
            piece = other[start : start + chance.choice((1, 4, 30, 46, 512))]
        case 4:
            piece = chance.choice(NUMBERS)
            end = min(len(content), begin + len(piece))
        case _:
            piece = chance.choice(WHOLE).encode("utf-8", "surrogatepass")[:600]
            end = min(len(content), begin + len(piece)) if chance.random() < 0.7 else begin
    return content[:begin] + piece + content[end:]


NUMBERS = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff", b"\0", b"\x01\0", b"\x80", b"\xff" * 8)
"""What lengths, counts and offsets are hard to hold."""


def mutated_text(chance: random.Random, text: str, pieces: Sequence[str]) -> str:
    """The text with a few pieces put into it, or taken from it."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        begin = chance.randrange(len(text) + 1)
        end = min(len(text), begin + chance.choice((0, 0, 1, 5, 40)))
        text = text[:begin] + chance.choice((*pieces, *WHOLE)) + text[end:]
    return text
