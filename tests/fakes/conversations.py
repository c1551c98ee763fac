"""Conversations without processes."""

from collections.abc import Callable
from importlib import import_module
from pathlib import PurePath

from assembler.recipe import SilencedError


class MemoryConversation:
    """The `Conversation` port: a function answers."""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self.asked: list[bytes] = []
        self.closed = False
        self._answer = answer

    def ask(self, question: bytes) -> bytes:
        if self.closed:
            raise SilencedError("is closed")
        self.asked.append(question)
        return self._answer(question)

    def close(self) -> None:
        self.closed = True


class MemoryConversations:
    """The `Conversations` port: what would answer elsewhere answers here."""

    def __init__(self) -> None:
        self.started: list[tuple[PurePath, str]] = []

    def start(self, python: PurePath, answers: str) -> MemoryConversation:
        self.started.append((python, answers))
        module, name = answers.split(":")
        return MemoryConversation(getattr(import_module(module), name)())
