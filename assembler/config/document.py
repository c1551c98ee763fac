"""Documents: the text of a file, or settings of the command line, as a tree of nodes."""

from collections.abc import Sequence

import msgspec
import tomli

from assembler.config.node import Node
from assembler.config.positions import Extent
from assembler.config.source import Source
from assembler.config.tree import merge, node_of
from assembler.errors import ConfigurationError
from assembler.model.limits import DEFAULTS, Limits


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """Configuration that is not resolved yet; `root` is its outermost table.

    `local` says that it is, or holds, a layer that is not committed; `limits` bound what it may
    become.
    """

    file: str
    root: Node
    local: bool = False
    limits: Limits = DEFAULTS


def decode(content: bytes, file: str) -> str:
    """Decode the bytes of a file. Raises `ConfigurationError` for what is not UTF-8."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        extent = Extent(len(before), len(before) + 1)
        line = content[error.start :].split(b"\n")[0].decode(errors="replace")
        origin = Source(file, before + line).at(extent)
        message = f"the byte 0x{content[error.start]:02x} is not UTF-8"
        raise ConfigurationError(
            message, origin=origin, hints=("save the file in UTF-8",)
        ) from error


def parse(text: str, file: str, *, local: bool = False, limits: Limits = DEFAULTS) -> Document:
    """Read a TOML text. Raises `ConfigurationError` with the place of a fault in its syntax."""
    source = Source(file, text.replace("\r\n", "\n"), local=local)
    _refuse_characters(source)
    try:
        table = tomli.loads(source.text)
    except tomli.TOMLDecodeError as error:
        raise _syntax_fault(error, source) from error
    except ValueError as error:
        message = "a number in the file is too long"
        raise ConfigurationError(message, origin=source.value(())) from error
    except RecursionError as error:
        message = f"a value in the file is nested deeper than {limits.nesting} levels"
        hints = (limits.way_out("nesting"),)
        raise ConfigurationError(message, origin=source.value(()), hints=hints) from error
    root = node_of(table, source, (), limits)
    return Document(file=file, root=root, local=local, limits=limits)


def assignments(settings: Sequence[str]) -> Document:
    """Read settings `key.path=value`, later ones winning; a value is TOML if it parses, else text.

    Raises `UsageError`.
    """
    from assembler.config.settings import setting  # noqa: PLC0415 - few commands have settings

    root = Node(value={}, source=Source("--set", "", {}), path=())
    for text in settings:
        root = merge(root, setting(text))
    return Document(file="--set", root=root)


def _refuse_characters(source: Source) -> None:
    if source.text.startswith("\ufeff"):
        message = "the file begins with a byte order mark"
        hint = "save it as UTF-8 without a byte order mark"
        raise ConfigurationError(message, origin=source.at(Extent(0, 1)), hints=(hint,))
    at = source.text.find("\0")
    if at >= 0:
        message = "the file holds a NUL character"
        raise ConfigurationError(message, origin=source.at(Extent(at, at + 1)))


def _syntax_fault(error: tomli.TOMLDecodeError, source: Source) -> ConfigurationError:
    from assembler.config.syntax import syntax_fault  # noqa: PLC0415 - only a fault needs it

    return syntax_fault(error, source)
