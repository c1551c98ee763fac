"""The prefix of an assembly, where its files tell it plainly: found without loading them."""

import posixpath
from collections.abc import Iterator, Mapping
from pathlib import PurePath

import tomli

from assembler.app.checkout import Checkout
from assembler.model.layout import default_prefix
from assembler.ports import Files

_LARGE = 8 * 1024 * 1024
"""Bytes of a file that is not read here: it is loaded, or refused, elsewhere."""


class _Unclear(Exception):  # noqa: N818 - not an error: the configuration must be loaded
    """The files do not tell the prefix plainly."""


def plain_prefix(checkout: Checkout, files: Files) -> PurePath | None:
    """The prefix, or `None` where settings, references or conditions decide about it."""
    if checkout.settings:
        return None
    try:
        named = next(_named(checkout, files), default_prefix(checkout.file))
    except (_Unclear, ValueError, FileNotFoundError, RecursionError):
        return None
    return checkout.folder / named


def _named(checkout: Checkout, files: Files) -> Iterator[str]:
    """What each layer calls the prefix, the highest first."""
    if files.state(checkout.local_path) is not None:
        yield from _said(_table(checkout.local_path, files))
    yield from _said(_table(checkout.path, files))
    order: dict[PurePath, Mapping[str, object]] = {}
    _order(checkout.path, files, order, ())
    for table in reversed(order.values()):
        yield from _said(table)


def _order(
    path: PurePath,
    files: Files,
    order: dict[PurePath, Mapping[str, object]],
    trail: tuple[PurePath, ...],
) -> None:
    """Add the table of a file after those of all that it extends, each once."""
    if path in trail:
        raise _Unclear
    table = _table(path, files)
    extends = _assembly(table).get("extends", [])
    for named in extends if isinstance(extends, list) else []:
        if not isinstance(named, str):
            raise _Unclear
        following = PurePath(posixpath.normpath(path.parent / named))
        if following not in order:
            _order(following, files, order, (*trail, path))
    order[path] = table


def _said(table: Mapping[str, object]) -> Iterator[str]:
    if any("assembly" in block for block in _blocks(table)):
        raise _Unclear
    named = _assembly(table).get("prefix")
    if named is not None:
        if not isinstance(named, str) or "$" in named:
            raise _Unclear
        yield named


def _blocks(table: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """The tables that count on some targets only, or are made for each of some names."""
    when, each = table.get("when"), table.get("for-each")
    found = [*(when if isinstance(when, list) else ())]
    found += each.values() if isinstance(each, dict) else ()
    return (block for block in found if isinstance(block, dict))


def _assembly(table: Mapping[str, object]) -> Mapping[str, object]:
    assembly = table.get("assembly", {})
    return assembly if isinstance(assembly, dict) else {}


def _table(path: PurePath, files: Files) -> Mapping[str, object]:
    state = files.state(path)
    if state is not None and state.size > _LARGE:
        raise _Unclear
    return tomli.loads(files.read(path).decode())
