"""A document with its references looked up and its disabled parts left out."""

from collections.abc import Mapping

import msgspec

from assembler.config.defaults import with_defaults
from assembler.config.document import Document
from assembler.config.node import Node
from assembler.config.resolver import Resolver
from assembler.config.tables import TABLES
from assembler.config.tree import with_entries
from assembler.config.values import broken, gathered
from assembler.errors import AssemblerError, raise_all
from assembler.origin import Origin


class Resolved(msgspec.Struct, frozen=True, kw_only=True):
    """Configuration whose references are looked up; `root` is its outermost table.

    `environment_read` maps each variable that was asked for to its value; `faults` is what could
    not be resolved; `disabled` names the parts that are left out.
    """

    file: str
    root: Node
    disabled: frozenset[str] = frozenset()
    environment_read: Mapping[str, str | None] = {}
    faults: tuple[AssemblerError, ...] = ()


def resolve(document: Document, environment: Mapping[str, str]) -> Resolved:
    """Look up all references, the built-in defaults added. Raises `ConfigurationError`."""
    found = resolve_with_faults(document, environment)
    raise_all(in_order(found.faults))
    return found


def resolve_with_faults(
    document: Document, environment: Mapping[str, str], *, every_part: bool = True
) -> Resolved:
    """Look up all references; what can't be resolved is `None` and stands in `faults`.

    As long as not `every_part` is known, a reference to any part is none.
    """
    root = with_defaults(document)
    limits = document.limits
    first = Resolver(root, environment, every_part=every_part, limits=limits)
    disabled = disabled_parts(root, first)
    resolver = Resolver(root, environment, disabled, every_part=every_part, limits=limits)
    entries = {
        table: _resolved_table(table, node, resolver, disabled)
        for table, node in root.table.items()
        if table in TABLES
    }
    return Resolved(
        file=document.file,
        root=with_entries(root, entries),
        disabled=disabled,
        environment_read=first.environment_read | resolver.environment_read,
        faults=(*first.faults, *resolver.faults),
    )


def in_order(faults: tuple[AssemblerError, ...]) -> tuple[AssemblerError, ...]:
    """The faults as they stand in the files, each once."""
    different = {(fault.message, fault.origin, fault.hints): fault for fault in faults}
    return tuple(sorted(different.values(), key=_place))


def _place(fault: AssemblerError) -> tuple[str, int, int]:
    origin = fault.origin or Origin(file="")
    return (origin.file, origin.line, origin.column)


def disabled_parts(root: Node, resolver: Resolver) -> frozenset[str]:
    """The parts that say `enabled = false`."""
    parts = root.child("parts")
    names: set[str] = set()
    for name, part in parts.table.items() if parts else ():
        enabled = part.child("enabled")
        if enabled and resolver.resolve(enabled, name).value is False:
            names.add(name)
    return frozenset(names)


def _resolved_table(table: str, node: Node, resolver: Resolver, disabled: frozenset[str]) -> Node:
    if not isinstance(node.value, Mapping):
        return broken(node)
    if table != "parts":
        entries = {key: resolver.resolve(child) for key, child in node.value.items()}
        return gathered(with_entries(node, entries), tuple(entries.values()))
    entries = {
        name: resolver.resolve(part, name)
        for name, part in node.value.items()
        if name not in disabled
    }
    return with_entries(node, entries)
