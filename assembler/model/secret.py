"""Secrets: where their values come from, and values that do not show themselves."""

from collections.abc import Mapping
from typing import Never, TypeAlias

import msgspec


class VariableSecret(msgspec.Struct, frozen=True, tag="env"):
    """A secret that an environment variable holds."""

    name: str
    variable: str

    @property
    def source(self) -> str:
        """Where it is, in words."""
        return f"the environment variable `{self.variable}`"


class FileSecret(msgspec.Struct, frozen=True, tag="file"):
    """A secret that a file holds, whose path is absolute; one line break at its end is dropped."""

    name: str
    path: str

    @property
    def source(self) -> str:
        """Where it is, in words."""
        return f"the file `{self.path}`"


SecretSource: TypeAlias = VariableSecret | FileSecret


class SecretValue:
    """The value of a secret: it is written nowhere unless it is revealed, nor can it be encoded."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The value itself."""
        return self._text

    def __repr__(self) -> str:
        return "SecretValue(…)"

    def __reduce__(self) -> Never:
        raise TypeError("a secret is not pickled")


Values: TypeAlias = Mapping[str, SecretValue]
"""The values of secrets, by name."""
