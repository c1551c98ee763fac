"""What every `Conversations` must do."""

import sys
from collections.abc import Iterator
from pathlib import Path, PurePath

import pytest

from assembler.adapters.conversations import ChildConversations
from assembler.app.foreign.messages import VERSION, Open, Opened
from assembler.app.foreign.session import ANSWERS
from assembler.model.canonical import decode, encode
from assembler.recipe import Conversations, SilencedError
from tests.fakes.conversations import MemoryConversations


@pytest.fixture(params=["memory", "real"])
def conversations(request: pytest.FixtureRequest) -> Iterator[Conversations]:
    if request.param == "memory":
        yield MemoryConversations()
        return
    real = ChildConversations()
    yield real
    real.close()


@pytest.fixture
def question(tmp_path: Path) -> bytes:
    file = tmp_path / "contract_recipes.py"
    file.write_text("")
    return encode(Open(version=VERSION, file=str(file)))


def test_questions_are_answered_one_after_another(conversations: Conversations, question: bytes):
    conversation = conversations.start(PurePath(sys.executable), ANSWERS)

    answers = [conversation.ask(question) for _ in range(3)]

    assert {decode(answer, Opened) for answer in answers} == {Opened(version=VERSION, recipes=())}
    conversation.close()


def test_a_closed_conversation_gives_no_answer(conversations: Conversations, question: bytes):
    conversation = conversations.start(PurePath(sys.executable), ANSWERS)
    conversation.close()

    with pytest.raises(SilencedError):
        conversation.ask(question)


def test_conversations_know_nothing_of_each_other(conversations: Conversations, question: bytes):
    one, other = (conversations.start(PurePath(sys.executable), ANSWERS) for _ in range(2))
    one.close()

    assert b'"opened"' in other.ask(question)
    other.close()
