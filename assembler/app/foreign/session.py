"""A conversation about the recipes of one entry, and what may go wrong in it."""

from typing import TypeVar

import msgspec

from assembler.app.foreign.messages import (
    VERSION,
    Answer,
    Crashed,
    Open,
    Opened,
    Question,
    Refused,
    RefusedFor,
)
from assembler.errors import ConfigurationError, PartError, RaisedElsewhere, RecipeBug, raise_all
from assembler.recipe import Conversation, SilencedError

Answered = TypeVar("Answered", bound=Answer)

ANSWERS = "assembler.app.foreign.answering:Answers"
"""What answers in the other process."""

_LINES = 25
_OFFERED = (
    "a distribution names them as entry points of the group `assembler.recipes`, "
    "a file holds objects with `options`, `declare` and `realise`"
)
_decoder: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)


class Session:
    """Asks about the recipes of one entry; `recipes` are their names."""

    def __init__(self, name: str, conversation: Conversation, opening: Open) -> None:
        self._conversation = conversation
        opened = self.about(f"the recipes `{name}`", opening, Opened)
        if opened.version != VERSION:
            conversation.close()
            spoken = f"version {opened.version} of the protocol, and assembler version {VERSION}"
            raise PartError(f"the recipes `{name}` speak {spoken}")
        if not opened.recipes:
            raise PartError(f"there are no recipes in `{name}`", hints=(_OFFERED,))
        self.recipes = opened.recipes

    def about(self, whole: str, question: Question, expected: type[Answered]) -> Answered:
        """The answer to what is not about a part. Raises as `ask`, and `RecipeBug` for a crash."""
        try:
            return self.ask(whole, question, expected)
        except RaisedElsewhere as error:
            raise RecipeBug(f"{whole} crashed") from error

    def ask(self, whole: str, question: Question, expected: type[Answered]) -> Answered:
        """The answer of what messages call `whole`.

        Raises `ConfigurationError` where it refuses, `RaisedElsewhere` where it crashes, and
        `PartError` for no answer in time, or one that is none.
        """
        try:
            line = self._conversation.ask(msgspec.json.encode(question))
        except SilencedError as error:
            raise _silenced(whole, error) from None
        try:
            answer = _decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self._nonsense(whole, str(error)) from None
        match answer:
            case Crashed(raised=raised, traceback=traceback):
                raise _raised(raised, traceback)
            case Refused(errors=errors):
                raise_all(list(map(_refusal, errors)))
            case _:
                pass
        if not isinstance(answer, expected):
            raise self._nonsense(whole, f"`{type(answer).__name__.lower()}`")
        return answer

    def _nonsense(self, whole: str, why: str) -> PartError:
        self._conversation.close()
        return PartError(f"{whole} gave an answer that can't be used: {why}")


def _refusal(error: RefusedFor) -> ConfigurationError:
    return ConfigurationError(
        error.message, origin=error.origin, details=error.details, hints=error.hints
    )


def _silenced(whole: str, error: SilencedError) -> Exception:
    if error.ended:
        return _raised(error.reason, error.output)
    details = error.output.splitlines()[-_LINES:]
    return PartError(f"{whole} {error.reason}", details=details, hints=error.hints)


def _raised(raised: str, traceback: str) -> RaisedElsewhere:
    found = RaisedElsewhere(raised)
    found.add_note(traceback)
    return found
