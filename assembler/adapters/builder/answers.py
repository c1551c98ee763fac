"""What sources and their back ends answered, kept in the cache by what was asked."""

from collections.abc import Callable
from pathlib import Path
from secrets import token_hex
from typing import Generic, TypeVar

import msgspec

from assembler.model import canonical
from assembler.ports import TEMPORARY, CacheLock

Answer = TypeVar("Answer")

_NOT_KEPT = (FileNotFoundError, msgspec.DecodeError)


class Answers(Generic[Answer]):
    """The answers to one kind of question."""

    def __init__(
        self, folder: Path, decoder: msgspec.json.Decoder[Answer], locks: CacheLock
    ) -> None:
        self._folder = folder
        self._decoder = decoder
        self._locks = locks

    def answer(self, key: str, name: str, ask: Callable[[], Answer]) -> Answer:
        """Return the answer of a distribution that is kept under a key, else ask and keep it."""
        path = self._folder / f"{key}.json"
        try:
            return self._kept(path)
        except _NOT_KEPT:
            with self._locks.hold(
                f"answer {self._folder.name} {key}", f"asks the source of `{name}`"
            ):
                return self._asked(path, ask)

    def _asked(self, path: Path, ask: Callable[[], Answer]) -> Answer:
        try:
            return self._kept(path)
        except _NOT_KEPT:
            answer = ask()
        self._folder.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f"{TEMPORARY}{token_hex(8)}")
        new.write_bytes(canonical.encode(answer))
        new.replace(path)
        return answer

    def _kept(self, path: Path) -> Answer:
        return self._decoder.decode(path.read_bytes())
