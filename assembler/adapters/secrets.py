"""Secrets in environment variables and files of this machine."""

import os
import stat
from collections.abc import Mapping
from typing import assert_never

from assembler.errors import MachineError
from assembler.model.limits import DEFAULTS, Limits
from assembler.model.secret import FileSecret, SecretSource, SecretValue, VariableSecret

_KEY_SIZE = 32


class _UnusableError(Exception):
    """Why a source has no value: in words, without any of it; and what may help."""

    def __init__(self, reason: str, *hints: str) -> None:
        super().__init__(reason)
        self.hints = hints


class MachineSecrets:
    """The `Secrets` port on this machine; values are UTF-8."""

    def __init__(self, environment: Mapping[str, str], limits: Limits = DEFAULTS) -> None:
        self._environment = environment
        self._limits = limits

    def read(self, source: SecretSource) -> SecretValue:
        """The value that a variable or a file holds."""
        try:
            return SecretValue(self._text(source))
        except _UnusableError as error:
            reason, hints = str(error), error.hints
        message = f"the secret `{source.name}` is missing: {source.source} {reason}"
        raise MachineError(message, hints=hints)

    def key(self) -> bytes:
        """Random bytes of the operating system."""
        return os.urandom(_KEY_SIZE)

    def _text(self, source: SecretSource) -> str:
        content = self._content(source)
        if len(content) > self._limits.secret_size:
            reason = f"holds more than {self._limits.secret_size} bytes"
            raise _UnusableError(reason, self._limits.way_out("secret_size"))
        try:
            text = content.decode()
        except UnicodeDecodeError:
            raise _UnusableError("does not hold UTF-8") from None
        if isinstance(source, FileSecret):
            text = text.removesuffix("\r\n" if text.endswith("\r\n") else "\n")
        if not text:
            raise _UnusableError("is empty")
        if "\0" in text:
            raise _UnusableError("holds a NUL character")
        return text

    def _content(self, source: SecretSource) -> bytes:
        match source:
            case VariableSecret(variable=variable):
                if variable not in self._environment:
                    raise _UnusableError("is not set")
                return os.fsencode(self._environment[variable])
            case FileSecret(path=path):
                return _read(path, self._limits.secret_size + 1)
            case _:
                assert_never(source)


def _read(path: str, limit: int) -> bytes:
    """The first bytes of a regular file; nothing is waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise _UnusableError("is not a file")
            with os.fdopen(descriptor, "rb", closefd=False) as stream:
                return stream.read(limit)
        finally:
            os.close(descriptor)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _UnusableError(f"can't be read: {reason}") from None
