"""Layers of configuration, laid one over another before anything in them is carried out."""

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from assembler.config.document import Document
from assembler.config.for_each import expanded
from assembler.config.tree import merge
from assembler.config.when import has_conditions, selected, truths
from assembler.errors import AssemblerError
from assembler.model.target import Target


def laid(documents: Sequence[Document]) -> Document:
    """Lay documents over the first one: later wins, tables merge key by key, the rest replaces.

    Every value keeps where it was written and what it overrode; changes of arrays wait. It makes no
    difference which of three documents are laid over each other first.
    """
    first, *others = documents
    root = first.root
    for document in others:
        root = merge(root, document.root)
    local = any(document.local for document in documents)
    return msgspec.structs.replace(first, root=root, local=local)


def layers(
    document: Document, target: Target | None, faults: list[AssemblerError]
) -> tuple[Document, ...]:
    """A file, and above it each of its conditional blocks that holds for a target, in order.

    In each of them `[for-each]` is expanded. Faults are collected.
    """
    found = selected(document.root, target, faults)
    roots = [expanded(root, faults, document.limits) for root in found]
    return tuple(msgspec.structs.replace(document, root=root) for root in roots)


Holding: TypeAlias = tuple[tuple[bool, ...], ...]
"""Which conditional blocks hold, file by file."""


def holding(documents: Sequence[Document], target: Target) -> Holding:
    """Which blocks of these files hold for a target."""
    return tuple(truths(document.root, target) for document in documents)


def depends_on_target(documents: Sequence[Document]) -> bool:
    """Whether anything in these files holds for some targets only."""
    return any(has_conditions(document.root) for document in documents)
