"""Secrets in memory."""

from collections.abc import Mapping

from assembler.errors import MachineError
from assembler.model.secret import SecretSource, SecretValue, VariableSecret


class MemorySecrets:
    """The `Secrets` port: values by the variable or path that holds them, and counted keys."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = dict(values)
        self._keys = 0

    def read(self, source: SecretSource) -> SecretValue:
        value = self.values.get(_place(source))
        if value:
            return SecretValue(value)
        reason = "is empty" if value == "" else "is not there"
        raise MachineError(f"the secret `{source.name}` is missing: {source.source} {reason}")

    def key(self) -> bytes:
        self._keys += 1
        return self._keys.to_bytes(32)


def _place(source: SecretSource) -> str:
    return source.variable if isinstance(source, VariableSecret) else source.path
