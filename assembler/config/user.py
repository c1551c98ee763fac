"""A person's own configuration of assembler: what differs from machine to machine, and no more."""

from collections.abc import Iterator, Mapping
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from assembler.config.convert import Converter
from assembler.config.document import parse
from assembler.config.node import Node
from assembler.config.tables import TABLES
from assembler.config.tree import with_entries
from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.model.limits import DEFAULTS, Limits

_SCHEMES = ("https", "http", "file")


class CredentialsTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """`[credentials.NAME]`: what the index `[index.NAME]` wants to know."""

    username: Annotated[str, Meta(description="The user's name.")] = ""
    password: Annotated[str, Meta(description="The user's password.")] = ""
    token: Annotated[str, Meta(description="A token instead of both.")] = ""


class UserTable(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """The whole file; what is left out of it is empty, or 0."""

    cache: Annotated[str, Meta(description="The cache folder; `~` is the home folder.")] = ""
    jobs: Annotated[int, Meta(ge=1, description="How much may be done at once.")] = 0
    offline: Annotated[bool, Meta(description="Use the cache alone.")] = False
    timeout: Annotated[float, Meta(gt=0, description="How many seconds to wait for an answer.")] = (
        0.0
    )
    interpreters: Annotated[
        tuple[str, ...],
        Meta(description="Pythons to prefer: paths, names on the PATH, or environments' folders."),
    ] = ()
    mirrors: Annotated[
        Mapping[str, str],
        Meta(description="What to fetch from instead of URLs that begin so."),
    ] = {}
    credentials: Annotated[
        Mapping[str, CredentialsTable], Meta(description="Logins of indexes, by their names.")
    ] = {}
    limits: Annotated[Limits, Meta(description="Bounds on what comes from outside.")] = DEFAULTS


def user_settings(text: str, file: str) -> UserTable:
    """Read the file. Raises `ConfigurationError`, or `Faults` for several.

    What decides what is locked or built is refused: it belongs into the assembly file.
    """
    root = parse(text, file).root
    converter = Converter()
    refused = [key for key in root.table if key in TABLES]
    for key in refused:
        message = f"`{key}` can't stand in the user configuration, which changes no build"
        hints = ("write it in `assembly.toml`",)
        origin = root.table[key].key_origin
        converter.faults.append(ConfigurationError(message, origin=origin, hints=hints))
    kept = {key: node for key, node in root.table.items() if key not in refused}
    table = converter.record(with_entries(root, kept), UserTable, "the user configuration")
    faults = [*converter.faults, *_mirror_faults(root.table.get("mirrors"))]
    raise_all(faults)
    return table or UserTable()


def variables(settings: UserTable) -> Mapping[str, str]:
    """The credentials as environment variables say them."""
    found: dict[str, str] = {}
    for name, login in settings.credentials.items():
        prefix = "ASSEMBLER_INDEX_" + "".join(c if c.isalnum() else "_" for c in name).upper()
        said = {"USERNAME": login.username, "PASSWORD": login.password, "TOKEN": login.token}
        found |= {f"{prefix}_{what}": value for what, value in said.items() if value}
    return found


def _mirror_faults(mirrors: Node | None) -> Iterator[AssemblerError]:
    for key, node in mirrors.table.items() if mirrors else ():
        for text, origin in ((key, node.key_origin), (node.value, node.origin)):
            if isinstance(text, str) and not _is_prefix(text):
                message = f"`{text}` is no beginning of URLs"
                hints = ("write for example `https://mirror.acme.example/simple/`",)
                yield ConfigurationError(message, origin=origin, hints=hints)


def _is_prefix(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    local = parts.scheme == "file" and parts.path.startswith("/")
    return parts.scheme in _SCHEMES and bool(parts.netloc or local) and text.endswith("/")
