"""The canonical encoding of nouns: what is hashed, written and sent."""

from typing import TypeVar

import msgspec

Noun = TypeVar("Noun")

_encoder = msgspec.json.Encoder(order="deterministic")


def encode(noun: object) -> bytes:
    """Encode a noun as JSON with sorted keys."""
    return _encoder.encode(noun)


def decode(text: bytes, noun_type: type[Noun]) -> Noun:
    """Decode a noun; raises `msgspec.ValidationError` or `msgspec.DecodeError`."""
    return msgspec.json.decode(text, type=noun_type)


def digest(noun: object) -> str:
    """The sha256 of the canonical encoding, in hexadecimal."""
    import hashlib  # noqa: PLC0415 - 3 ms, where a digest is wanted

    return hashlib.sha256(encode(noun)).hexdigest()
