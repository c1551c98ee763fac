"""What a recipe from elsewhere is asked and answers, as lines of JSON: the protocol.

Tables keep their order. A conversation begins with `Open`. Then every method of a recipe has one
question and one answer; to add a method, add both here, where `answering` answers and where
`recipes` asks.
"""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from assembler.app.foreign.option_types import DescribedRecord
from assembler.app.foreign.values import Wire
from assembler.model.step import Step
from assembler.model.text import Text
from assembler.origin import Origin
from assembler.recipe import Assembled, Needs

VERSION = 1
"""The version of the protocol."""


class SentPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part: its options and values are encoded so that records and texts can be told apart."""

    name: str
    recipe: str
    options: Wire
    values: Wire
    needs: tuple[str, ...]
    expansion: tuple[str, ...]
    edges: tuple[str, ...]
    origin: Origin
    origins: Mapping[str, Origin]


class Open(msgspec.Struct, frozen=True, kw_only=True, tag="open"):
    """Which recipes there are: those of an installed distribution, or of a Python file."""

    version: int
    distribution: str = ""
    file: str = ""


class Describe(msgspec.Struct, frozen=True, tag="describe"):
    """What options a recipe has, and what it says of itself."""

    recipe: str


class Declare(msgspec.Struct, frozen=True, tag="declare"):
    """What a part needs."""

    recipe: str
    part: SentPart


class Offer(msgspec.Struct, frozen=True, tag="outputs"):
    """What a part offers to others."""

    recipe: str
    part: SentPart


class Expand(msgspec.Struct, frozen=True, tag="expand"):
    """What other parts a part stands for."""

    recipe: str
    part: SentPart


class Realise(msgspec.Struct, frozen=True, tag="realise"):
    """What steps make a part."""

    recipe: str
    part: SentPart
    assembled: Assembled


Question: TypeAlias = Open | Describe | Expand | Declare | Offer | Realise


class Opened(msgspec.Struct, frozen=True, kw_only=True, tag="opened"):
    """The version that is spoken, and the names of the recipes."""

    version: int
    recipes: tuple[str, ...]


class Described(msgspec.Struct, frozen=True, kw_only=True, tag="described"):
    """A recipe: the records of its options, each after those that it holds, the last its own.

    `outputs` is what it says of them, where it has any, `expands` what it says of parts that it
    makes, where it does.
    """

    summary: str
    records: tuple[DescribedRecord, ...]
    outputs: str | None = None
    expands: str | None = None


class MadePart(msgspec.Struct, frozen=True, kw_only=True):
    """A part that a part stands for; its options are encoded as values are."""

    name: str
    recipe: str
    options: Wire
    needs: tuple[str, ...]


class Expanded(msgspec.Struct, frozen=True, tag="expanded"):
    """The parts that a part stands for."""

    parts: tuple[MadePart, ...]


class Declared(msgspec.Struct, frozen=True, tag="declared"):
    """What a part needs."""

    needs: Needs


class Offered(msgspec.Struct, frozen=True, tag="offered"):
    """What a part offers, by name."""

    outputs: dict[str, Text]


class Realised(msgspec.Struct, frozen=True, tag="realised"):
    """The steps that make a part."""

    steps: tuple[Step, ...]


class RefusedFor(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a part, where, and what to do."""

    message: str
    origin: Origin | None = None
    details: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The recipe refuses the part."""

    errors: tuple[RefusedFor, ...]


class Crashed(msgspec.Struct, frozen=True, tag="crashed"):
    """The recipe raised what is no refusal: in one line, and with its traceback."""

    raised: str
    traceback: str


Answer: TypeAlias = (
    Opened | Described | Expanded | Declared | Offered | Realised | Refused | Crashed
)
