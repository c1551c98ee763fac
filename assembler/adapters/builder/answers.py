"""What sources and their back ends answered, kept in the cache by what was asked."""

from collections.abc import Callable
from pathlib import Path
from secrets import token_hex
from typing import Generic, TypeVar

import msgspec

from assembler.model import canonical
from assembler.ports import TEMPORARY

Answer = TypeVar("Answer")


class Answers(Generic[Answer]):
    """The answers to one kind of question."""

    def __init__(self, folder: Path, decoder: msgspec.json.Decoder[Answer]) -> None:
        self._folder = folder
        self._decoder = decoder

    def answer(self, key: str, ask: Callable[[], Answer]) -> Answer:
        """Return the answer that is kept under a key, else ask and keep it."""
        path = self._folder / f"{key}.json"
        try:
            return self._decoder.decode(path.read_bytes())
        except (FileNotFoundError, msgspec.DecodeError):
            answer = ask()
        self._folder.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f"{TEMPORARY}{token_hex(8)}")
        new.write_bytes(canonical.encode(answer))
        new.replace(path)
        return answer
