"""Parts as recipes see them, made by hand."""

from collections.abc import Mapping

import msgspec

from assembler.api import Interpreter, Origin, Part, Place, Target, Text
from assembler.model.part import PartName

ORIGIN = Origin(file="assembly.toml", line=10)
TARGET = Target(name="linux-x86_64", system="linux", machine="x86_64")
PYTHON = Interpreter(executable="/usr/bin/python3.12", version="3.12.4")


def part(options: msgspec.Struct, name: str = "app", **lines: int) -> Part:
    """A part; `lines` says on which line an option is written, `launchers__web=3` one below it."""
    origins: Mapping[str, Origin] = {
        key.replace("__", ".").replace("_", "-"): Origin(file="assembly.toml", line=line)
        for key, line in lines.items()
    }
    return Part(
        name=PartName(name),
        recipe="any",
        options=options,
        values={},
        origin=ORIGIN,
        origins=origins,
    )


def text(*pieces: str | Place) -> Text:
    return Text.of(*pieces)
