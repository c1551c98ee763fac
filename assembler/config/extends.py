"""What `extends` in `[assembly]` says: the files that lie below the one that names them."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from assembler.config.document import Document
from assembler.config.keys import dotted
from assembler.config.node import Node
from assembler.config.tree import with_entries
from assembler.config.values import kind
from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.origin import Origin

_SHA256 = r"[0-9a-f]{64}"
_SCHEMES = ("https", "http")
_EXAMPLE = '`{ url = "https://…", sha256 = "…" }`'


class Extension(msgspec.Struct, frozen=True, kw_only=True):
    """One file that is extended: a path as written, or a URL with the sha256 of what is there."""

    path: str = ""
    url: str = ""
    sha256: str = ""
    origin: Origin


def extensions(document: Document) -> tuple[Extension, ...]:
    """The files that a document extends, in order. Raises `ConfigurationError` or `Faults`."""
    node = document.root.child("assembly", "extends")
    if node is None:
        return ()
    if not isinstance(node.value, tuple):
        hints = (f"write [{node.source.spelling(node.path)}]",)
        message = f"`assembly.extends` must be an array, not {kind(node.value)}"
        raise ConfigurationError(
            message, origin=node.origin, hints=hints if isinstance(node.value, str) else ()
        )
    faults = [fault for element in node.value for fault in _faults(element)]
    raise_all(faults)
    return tuple(_extension(element) for element in node.value)


def without_extensions(document: Document) -> Document:
    """The document as a layer: it no longer says what it extends."""
    root = document.root
    assembly = root.child("assembly")
    if assembly is None or "extends" not in assembly.table:
        return document
    kept = {key: node for key, node in assembly.table.items() if key != "extends"}
    entries = {**root.table, "assembly": with_entries(assembly, kept)}
    return msgspec.structs.replace(document, root=with_entries(root, entries))


def _faults(element: Node) -> Iterator[AssemblerError]:
    value = element.value
    if isinstance(value, str):
        if not value or not value.isprintable() or "$" in value:
            message = "a file that is extended is named by a plain path"
            yield ConfigurationError(message, origin=element.origin)
        elif "://" in value:
            message = "a file from the network is named with the sha256 of its content"
            yield ConfigurationError(message, origin=element.origin, hints=(f"write {_EXAMPLE}",))
        return
    texts = {key: node.value for key, node in element.table.items() if isinstance(node.value, str)}
    if set(texts) != {"url", "sha256"} or len(element.table) != len(texts):
        message = f"`{dotted(element.path)}` must be a path, or a URL with its sha256"
        yield ConfigurationError(message, origin=element.origin, hints=(f"write {_EXAMPLE}",))
        return
    yield from _url_faults(element, str(texts["url"]), str(texts["sha256"]))


def _url_faults(element: Node, url: str, sha256: str) -> Iterator[AssemblerError]:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in _SCHEMES or not parts.netloc or not url.isprintable():
        hints = ("it begins with `https://`",)
        message = f"`{url}` is no URL"
        yield ConfigurationError(message, origin=element.table["url"].origin, hints=hints)
    elif parts.username is not None or parts.password is not None:
        where = msgspec.structs.replace(element.table["url"].origin, excerpt="")
        hints = ("keep them in `~/.netrc`",)
        message = "a URL in the file can't hold credentials"
        yield ConfigurationError(message, origin=where, hints=hints)
    if not re.fullmatch(_SHA256, sha256):
        message = f"`{sha256}` is no sha256"
        yield ConfigurationError(message, origin=element.table["sha256"].origin)


def _extension(element: Node) -> Extension:
    texts = {key: str(node.value) for key, node in element.table.items()}
    if isinstance(element.value, str):
        return Extension(path=element.value, origin=element.origin)
    return Extension(url=texts["url"], sha256=texts["sha256"], origin=element.origin)
