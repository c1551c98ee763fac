"""What `[secrets]` says, and what `${secrets.…}` means."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

from assembler.config.convert import Converter
from assembler.config.keys import dotted, nearest, quoted
from assembler.config.node import Node
from assembler.config.tables import SecretTable
from assembler.config.values import Use
from assembler.errors import ConfigurationError
from assembler.model.secret import FileSecret, SecretSource, VariableSecret
from assembler.model.text import Secret, Text

_NAME = r"[A-Za-z0-9_-]{1,100}"
_VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"


def secret(path: Sequence[str], use: Use, known: Mapping[str, Node]) -> Node:
    """The secret named by `${secrets.NAME}`. Raises `ConfigurationError`."""
    name, *rest = path
    if name not in known:
        hints = nearest(name, known) or (f'add `{name} = {{ env = "…" }}` to `[secrets]`',)
        raise use.fault(f"unknown secret `{name}`", hints)
    if rest:
        hint = f"write `${{{dotted(['secrets', name])}}}`"
        raise use.fault(f"a secret has no `{dotted(rest)}`", (hint,))
    return use.made(Text((Secret(name),)))


def variables(known: Mapping[str, Node]) -> Mapping[str, str]:
    """The environment variables that hold secrets, each with the secret's name."""
    found = ((name, node.child("env")) for name, node in known.items())
    return {env.value: name for name, env in found if env and isinstance(env.value, str)}


def held(variable: str, name: str, use: Use) -> ConfigurationError:
    """The fault of reading a variable that holds a secret, as builds record what they read."""
    message = f"the environment variable `{variable}` holds the secret `{name}`"
    return use.fault(message, (f"write `${{{dotted(['secrets', name])}}}`",))


class Secrets:
    """Reads `[secrets]`, collecting faults in the converter."""

    def __init__(self, root: Node, converter: Converter) -> None:
        self._table = root.child("secrets")
        self._converter = converter

    def read(self, folder: PurePath) -> tuple[SecretSource, ...]:
        """Where each secret is; paths are relative to the folder."""
        entries = self._table.table.items() if self._table else ()
        found = (self._source(name, node, folder) for name, node in entries)
        return tuple(source for source in found if source)

    def _source(self, name: str, node: Node, folder: PurePath) -> SecretSource | None:
        table = self._converter.record(node, SecretTable, f"secret `{name}`")
        if table is None:
            return None
        faults = tuple(_faults(name, node, table))
        self._converter.faults += faults
        if faults:
            return None
        if table.env:
            return VariableSecret(name, table.env)
        return FileSecret(name, str(folder / table.file))


def _faults(name: str, node: Node, table: SecretTable) -> Iterator[ConfigurationError]:
    if not re.fullmatch(_NAME, name):
        message = f"the name {quoted(name)} of a secret must be of letters, digits, `_` and `-`"
        yield ConfigurationError(message, origin=node.key_origin)
    if bool(table.env) == bool(table.file):
        message = f"secret `{name}` must have one of `env` and `file`"
        hints = ('`""` takes away what another layer says',) if table.env else ()
        yield ConfigurationError(message, origin=node.key_origin, hints=hints)
    elif table.env and "${" in node.table["env"].source.spelling(node.table["env"].path):
        message = f"`secrets.{name}.env` must be written out"
        yield ConfigurationError(message, origin=node.table["env"].origin)
    elif table.env and not re.fullmatch(_VARIABLE, table.env):
        message = f"{quoted(table.env)} is no name of an environment variable"
        yield ConfigurationError(message, origin=node.table["env"].origin)
    elif not table.file.isprintable():
        message = f"{quoted(table.file)} is no path"
        yield ConfigurationError(message, origin=node.table["file"].origin)
