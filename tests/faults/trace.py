"""What a command did to files, call by call, in order; `recording.c` writes it down."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.behaviours.world import Ended, World
from tests.faults.preloading import compiled

_LENGTH = struct.Struct("=I")
_FIELDS = 5


@dataclass(frozen=True, slots=True)
class Change:
    """One call that changed or synced something; see `recording.c` for its fields."""

    kind: str
    path: str
    other: str
    number: int
    time: int
    data: bytes


class Recorder:
    """Runs commands and writes down what they do below the folder of a world."""

    def __init__(self, world: World, outside: Path) -> None:
        self._world = world
        self._log = outside / "changes"
        self._library = compiled("recording.c", outside)

    def record(self, *command: str) -> tuple[Ended, tuple[Change, ...]]:
        """Run a command to its end."""
        self._log.write_bytes(b"")
        preloaded = {
            "LD_PRELOAD": str(self._library),
            "RECORDING_BELOW": str(self._world.folder),
            "RECORDING_LOG": str(self._log),
        }
        ended = self._world.assemble(*command, environment=preloaded)
        return ended, tuple(_changes(self._log.read_bytes()))


def _changes(records: bytes) -> Iterator[Change]:
    at = 0
    while at < len(records):
        (length,) = _LENGTH.unpack_from(records, at)
        at += _LENGTH.size
        *fields, data = records[at : at + length].split(b"\0", _FIELDS)
        kind, path, other, number, time = (each.decode() for each in fields)
        yield Change(kind, path, other, int(number), int(time), data)
        at += length
