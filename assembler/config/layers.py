"""Layers of configuration, laid one over another before anything in them is carried out."""

from collections.abc import Sequence

from assembler.config.document import Document
from assembler.config.tree import merge


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
    return Document(file=first.file, root=root, local=local)
