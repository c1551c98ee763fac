"""What a local layer, which is not committed, may not say: whatever decides what is locked."""

from collections.abc import Collection, Iterator

from assembler.config.document import Document
from assembler.config.keys import dotted
from assembler.config.node import Node
from assembler.errors import AssemblerError, ConfigurationError
from assembler.origin import Origin

_TABLES = (
    ("assembly", "python"),
    ("assembly", "requires-assembler"),
    ("lock",),
    ("targets",),
    ("index",),
    ("sources",),
    ("recipes",),
)
SOLVED = (
    *("requires", "groups", "python", "constraints", "overrides", "targets", "solve-group"),
    *("program", "runner", "node", "version"),
)
"""Options of parts that matter to the solve, so that no environment variable may decide them."""
_LOCKED = (*SOLVED, "url", "sha256", "rev", "submodules")


def refuse_extensions(document: Document) -> None:
    """Say that a local file extends no others. Raises `ConfigurationError`."""
    if node := document.root.child("assembly", "extends"):
        message = f"`{document.file}` can't extend other files"
        raise ConfigurationError(message, origin=node.key_origin)


def local_faults(root: Node, file: str, expanding: Collection[str]) -> Iterator[AssemblerError]:
    """What of a resolved configuration decides what is locked, and comes from a local layer.

    `file` is the assembly file, where it belongs. Of parts that are `expanding` to others, which
    may be programs, every key does.
    """
    found: dict[Origin, AssemblerError] = {}
    node = root.child("parts")
    parts = node.table if node else {}
    options = [
        (name, key)
        for name, part in parts.items()
        for key in (part.table if name in expanding else _LOCKED)
    ]
    for path in (*_TABLES, *(("parts", *option) for option in options)):
        if node := root.child(*path):
            for fault in _faults(node, file):
                found.setdefault(fault.origin or Origin(file=""), fault)
    yield from found.values()


def _faults(node: Node, file: str) -> Iterator[AssemblerError]:
    """The faults of a value, the innermost first, so that each names one place."""
    children = node.value if isinstance(node.value, tuple) else tuple(node.table.values())
    inner = [fault for child in children for fault in _faults(child, file)]
    yield from inner
    if node.source.local and not inner:
        yield _fault(node.source.file, node.origin, (), file)
    for origin in node.local:
        details = (f"`{dotted(node.path)}` is made from it, at {node.origin}",)
        yield _fault(origin.file, origin, details, file)


def _fault(local: str, origin: Origin, details: tuple[str, ...], file: str) -> AssemblerError:
    message = f"`{local}` can't decide what is locked, as it is not committed"
    hints = (f"write it in `{file}`",)
    return ConfigurationError(message, origin=origin, details=details, hints=hints)
