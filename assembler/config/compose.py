"""Layers of configuration, laid one over another."""

from collections.abc import Sequence

from assembler.config.document import Document
from assembler.config.tree import merge


def compose(documents: Sequence[Document]) -> Document:
    """Lay documents over the first one: later wins, tables merge key by key, the rest replaces.

    Every value keeps where it was written and what it overrode.
    """
    first, *others = documents
    root = first.root
    for document in others:
        root = merge(root, document.root)
    return Document(file=first.file, root=root)
