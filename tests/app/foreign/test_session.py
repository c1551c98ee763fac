"""What may go wrong in a conversation."""

from collections.abc import Callable

import pytest

from assembler.app.foreign.messages import (
    VERSION,
    Answer,
    Crashed,
    Describe,
    Described,
    Open,
    Opened,
    Refused,
    RefusedFor,
)
from assembler.app.foreign.recipes import foreign_recipe
from assembler.app.foreign.session import Session
from assembler.errors import ConfigurationError, Faults, PartError, RaisedElsewhere, RecipeBug
from assembler.model.canonical import decode, encode
from assembler.origin import Origin
from assembler.recipe import SilencedError
from tests.fakes.conversations import MemoryConversation

OPENING = Open(version=VERSION, distribution="acme-recipes")


def session(*answers: Answer | bytes) -> tuple[Session, MemoryConversation]:
    """A session that is opened and then given these answers."""
    lines = iter((Opened(version=VERSION, recipes=("vhost",)), *answers))

    def answer(_: bytes) -> bytes:
        given = next(lines)
        return given if isinstance(given, bytes) else encode(given)

    conversation = MemoryConversation(answer)
    return Session("acme", conversation, OPENING), conversation


def asked(*answers: Answer | bytes) -> tuple[Callable[[], Described], MemoryConversation]:
    found, conversation = session(*answers)
    return (lambda: found.ask("recipe `acme:vhost`", Describe("vhost"), Described)), conversation


def test_recipes_are_listed_first():
    found, conversation = session()

    assert found.recipes == ("vhost",)
    assert [decode(line, Open) for line in conversation.asked] == [OPENING]


def test_another_version_is_not_spoken():
    conversation = MemoryConversation(lambda _: encode(Opened(version=7, recipes=())))

    with pytest.raises(PartError) as caught:
        Session("acme", conversation, OPENING)

    assert caught.value.message == (
        "the recipes `acme` speak version 7 of the protocol, and assembler version 1"
    )
    assert conversation.closed


def test_an_entry_without_recipes_is_none():
    conversation = MemoryConversation(lambda _: encode(Opened(version=VERSION, recipes=())))

    with pytest.raises(PartError, match="there are no recipes in `acme`"):
        Session("acme", conversation, OPENING)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"", "Input data was truncated"),
        (b"[]", "Expected `object`, got `array`"),
        (b'{"type":"told"}', "Invalid value 'told' - at `$.type`"),
        (b'{"type":"opened","version":1,"recipes":[]}', "`opened`"),
        (b'{"type":"described","summary":"\xff"}', "invalid start byte"),
        (b'{"x":' * 100_000, "maximum recursion depth exceeded"),
    ],
)
def test_nonsense_ends_the_conversation(line: bytes, why: str):
    ask, conversation = asked(line)

    with pytest.raises(PartError) as caught:
        ask()

    assert "recipe `acme:vhost` gave an answer that can't be used: " in caught.value.message
    assert why in caught.value.message
    assert conversation.closed


@pytest.mark.parametrize(
    ("silence", "raised", "message"),
    [
        (
            SilencedError("gave no answer within 60 seconds", "one\ntwo"),
            PartError,
            "recipe `acme:vhost` gave no answer within 60 seconds",
        ),
        (
            SilencedError("its process ended with status 3", ended=True),
            RaisedElsewhere,
            "its process ended with status 3",
        ),
    ],
)
def test_no_answer_is_told(silence: SilencedError, raised: type[Exception], message: str):
    lines = iter([encode(Opened(version=VERSION, recipes=("vhost",)))])

    def answer(_: bytes) -> bytes:
        for line in lines:
            return line
        raise silence

    found = Session("acme", MemoryConversation(answer), OPENING)

    with pytest.raises(raised) as caught:
        found.ask("recipe `acme:vhost`", Describe("vhost"), Described)

    assert str(caught.value) == message
    if isinstance(caught.value, PartError):
        assert caught.value.details == ("one", "two")


def test_a_refusal_keeps_its_place_and_its_hints():
    place = Origin(file="assembly.toml", line=3)
    ask, conversation = asked(Refused((RefusedFor(message="no", origin=place, hints=("yes",)),)))

    with pytest.raises(ConfigurationError) as caught:
        ask()

    assert (caught.value.message, caught.value.origin) == ("no", place)
    assert caught.value.hints == ("yes",)
    assert not conversation.closed


def test_several_refusals_are_told_together():
    ask, _ = asked(Refused((RefusedFor(message="one"), RefusedFor(message="two"))))

    with pytest.raises(Faults) as caught:
        ask()

    assert [error.message for error in caught.value.errors] == ["one", "two"]


def test_a_crash_has_its_traceback_as_a_note():
    ask, _ = asked(Crashed("ValueError: x", "Traceback …"))

    with pytest.raises(RaisedElsewhere, match="ValueError: x") as caught:
        ask()

    assert caught.value.__notes__ == ["Traceback …"]


def test_a_crash_where_no_part_is_asked_about_names_the_recipe():
    found, _ = session(Crashed("ImportError: x", "Traceback …"))

    with pytest.raises(RecipeBug, match="recipe `acme:vhost` crashed") as caught:
        foreign_recipe("acme:vhost", found)

    assert str(caught.value.__cause__) == "ImportError: x"


FIELD = b'[{"name":"O","doc":"","fields":[{"attribute":"a","key":"a","required":true,"type":%s}]}]'
NOTED = b'{"type":"noted","item":{"type":"scalar","kind":"text"},"limits":{"ge":"x"}}'


@pytest.mark.parametrize(
    ("records", "fault"),
    [
        (b"[]", "tuple index out of range"),
        (FIELD % b'{"type":"record","number":9}', "list index out of range"),
        (FIELD % b'{"type":"scalar","kind":"odd"}', "'odd'"),
        (FIELD % NOTED, "`ge` must be an int or float, got str"),
    ],
)
def test_options_that_can_not_be_are_refused(records: bytes, fault: str):
    found, _ = session(b'{"type":"described","summary":"","records":' + records + b"}")

    with pytest.raises(PartError) as caught:
        foreign_recipe("acme:vhost", found)

    message = caught.value.message
    assert message == f"recipe `acme:vhost` has options that can't be used: {fault}"
