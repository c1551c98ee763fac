"""The protocol of recipes: two pure questions, and what is asked and answered.

Before the solve: what do you need? After it: what steps make you? A recipe returns data and never
touches the machine.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePath
from typing import Protocol, TypeAlias, runtime_checkable

import msgspec

from assembler.errors import AssemblerError, RecipeBug
from assembler.model.distribution import Link, StoredWheel
from assembler.model.lock import LockedArtifact, LockedRepository
from assembler.model.part import ExpandedPart, Part
from assembler.model.project import ProgramOf, TargetName
from assembler.model.resolution import ProgramRequest
from assembler.model.sources import RepositoryRequest
from assembler.model.step import Step
from assembler.model.target import Interpreter, Target
from assembler.model.text import Text


class ArtifactRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A file to download: its URL, and its sha256 where the part gives it.

    `targets` are those of the lock's that it is for; empty: all.
    """

    url: str
    sha256: str | None = None
    targets: tuple[TargetName, ...] = ()


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """What a part needs before it can be realised.

    `programs` are solved and locked, `artifacts` and `repositories` locked and fetched; `files` are
    project files, as paths or globs relative to the checkout, whose digests the part must see; of
    those in `reads` it must see the content. `programs_of` are other parts' programs that it must
    see as well.
    """

    programs: tuple[ProgramRequest, ...] = ()
    programs_of: tuple[ProgramOf, ...] = ()
    artifacts: tuple[ArtifactRequest, ...] = ()
    repositories: tuple[RepositoryRequest, ...] = ()
    files: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()


class WheelSet(msgspec.Struct, frozen=True, kw_only=True):
    """The distributions of one program, prepared: unpacked in the cache, their layout known.

    `requested` holds the normalised names that the program lists itself.
    """

    python: Interpreter
    wheels: tuple[StoredWheel, ...]
    links: tuple[Link, ...]
    requested: frozenset[str]


class Assembled(msgspec.Struct, frozen=True, kw_only=True):
    """What the needs of one part became.

    `programs` are keyed by request name, `artifacts` by URL, `repositories` stand in the order in
    which they are asked for; `files` maps each matched path (relative to the checkout) to its
    sha256 and `contents` to its bytes.
    """

    target: Target
    programs: Mapping[str, WheelSet] = {}
    artifacts: Mapping[str, LockedArtifact] = {}
    repositories: tuple[LockedRepository, ...] = ()
    files: Mapping[str, str] = {}
    contents: Mapping[str, bytes] = {}


Outputs: TypeAlias = Mapping[str, Text]
"""What `${parts.X.…}` offers besides the reserved `bin`, `dir`, `key` and `name`: by name."""


class Recipe(Protocol):
    """How parts of one kind are made.

    `options` is the type of a part's options: a frozen, keyword-only `msgspec.Struct` whose fields
    are renamed to kebab case; unknown keys are refused for it.
    """

    @property
    def options(self) -> type[msgspec.Struct]:
        """The type that a part's options are converted to."""
        ...

    def declare(self, part: Part) -> Needs:
        """Say what the part needs, from what its options say at once."""
        ...

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        """Say how the part is made; references in its options have been looked up."""
        ...


@runtime_checkable
class HasOutputs(Protocol):
    """A recipe whose parts offer outputs of their own."""

    def outputs(self, part: Part) -> Outputs:
        """The outputs of the part; places in them may lie in the part's own directory."""
        ...


@runtime_checkable
class HasExpansion(Protocol):
    """A recipe that makes other parts of a part; they are then like parts that were written."""

    def expand(self, part: Part) -> tuple[ExpandedPart, ...]:
        """The parts that this one stands for, from what its options say at once."""
        ...


@contextmanager
def asking(part: Part) -> Iterator[None]:
    """Ask the part's recipe within. Raises `RecipeBug` where it crashes."""
    try:
        yield
    except AssemblerError:
        raise
    except Exception as error:
        what = f"recipe `{part.recipe}` crashed on part `{part.name}`"
        raise RecipeBug(what) from error


class SilencedError(Exception):
    """A process gives no answer: the reason, and the last part of what it wrote besides.

    `ended` tells whether that is because it has ended; `hints` say what may help.
    """

    def __init__(
        self, reason: str, output: str = "", *, ended: bool = False, hints: tuple[str, ...] = ()
    ) -> None:
        super().__init__(reason)
        self.hints = hints
        self.reason = reason
        self.output = output
        self.ended = ended


class Conversation(Protocol):
    """A process that answers questions, one at a time; questions and answers are lines."""

    def ask(self, question: bytes) -> bytes:
        """The answer. Raises `SilencedError` for none in time, or too long a one, now and later."""
        ...

    def close(self) -> None:
        """End the process and what it started."""
        ...


class Conversations(Protocol):
    """Processes that answer questions: own session, no credentials, an empty directory."""

    def start(self, python: PurePath, answers: str) -> Conversation:
        """Let a Python answer by what `module:name` of assembler makes: a function of a question.

        Besides what the Python has, only assembler itself can be imported.
        """
        ...
