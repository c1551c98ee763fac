"""Files of environment variables, for shells, services and process managers."""

from collections.abc import Iterator, Mapping
from typing import Annotated

import msgspec

from assembler.api import (
    Assembled,
    ConfigurationError,
    Expose,
    Needs,
    Origin,
    Outputs,
    Part,
    Place,
    Secret,
    Step,
    Text,
    is_variable,
    is_word,
    quoted,
    relative_path,
    text_file,
)

_HEAD = "# Made by assembler. Edits are lost: change the assembly and build it.\n"

_OF_SHELLS = frozenset(
    ("BASHOPTS", "BASH_VERSINFO", "EUID", "LINENO", "OPTIND", "PPID", "SHELLOPTS", "UID", "_")
)
"""Variables that shells keep for themselves, so that a file can't set them."""


class EnvFileOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """Variables, and the file to put them in."""

    to: Annotated[str, msgspec.Meta(description="The path below the prefix of the file.")]
    values: Annotated[
        Mapping[str, Text],
        msgspec.Meta(description="Variables and what they hold, which may refer to secrets."),
    ] = {}
    secrets: Annotated[
        tuple[str, ...] | Mapping[str, str],
        msgspec.Meta(
            description="Secrets that variables of the same names hold; or a table of variables "
            "and the secrets that they hold."
        ),
    ] = ()


class EnvFile:
    """Writes a file of variables that shells, systemd and process managers read alike.

    `${parts.X.path}` is the file. One that holds a secret is written when it is deployed, and only
    its owner may read it.
    """

    options: type[EnvFileOptions] = EnvFileOptions

    def declare(self, part: Part) -> Needs:
        """Nothing. Raises `ConfigurationError` for what is no variable, or is set twice."""
        _path(part)
        for name, value, origin in _variables(part):
            _check(name, value, origin)
        return Needs()

    def outputs(self, part: Part) -> Outputs:
        """`path`: the file."""
        return {"path": Text((Place(root="part", part=part.name, path=_path(part)),))}

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        """Write the file, each variable in a line of its own, and show it."""
        del assembled
        lines: list[Text] = []
        for name, value, origin in _variables(part):
            _check(name, value, origin)
            lines.append(Text.of(f"{name}=", quoted(value), "\n"))
        path = _path(part)
        return (text_file(path, Text.of(_HEAD, *lines)), Expose(path=path, target=path))


def _variables(part: Part) -> Iterator[tuple[str, Text, Origin]]:
    """Every variable, what it holds, and where that was written; values before secrets."""
    options = part.typed(EnvFileOptions)
    for name, value in options.values.items():
        yield name, value, part.origin_of("values", name)
    if isinstance(options.secrets, Mapping):
        keyed = [(name, name, secret) for name, secret in options.secrets.items()]
    else:
        keyed = [(str(place), name, name) for place, name in enumerate(options.secrets)]
    seen = set(options.values)
    for key, name, secret in keyed:
        origin = part.origin_of("secrets", key)
        if name in seen:
            raise ConfigurationError(f"the variable `{name}` is set twice", origin=origin)
        seen.add(name)
        yield name, Text((Secret(secret),)), origin


def _check(name: str, value: Text, origin: Origin) -> None:
    if not is_variable(name):
        raise ConfigurationError(
            f"{name!r} is no name of an environment variable",
            origin=origin,
            hints=('write `{ VARIABLE = "SECRET" }`',) if value.secrets == (name,) else (),
        )
    if name in _OF_SHELLS:
        raise ConfigurationError(f"the variable `{name}` belongs to shells", origin=origin)
    if not all(is_word(piece) for piece in value.pieces if isinstance(piece, str)):
        raise ConfigurationError(
            f"the variable `{name}` holds a character that not every reader takes", origin=origin
        )


def _path(part: Part) -> str:
    return relative_path(part.typed(EnvFileOptions).to, part.origin_of("to"))


recipe = EnvFile()
