"""From the layers of configuration to one document."""

from collections.abc import Sequence

import msgspec

from assembler.config.document import Document
from assembler.config.edits import carried_out
from assembler.config.layers import laid
from assembler.errors import AssemblerError, raise_all


def compose(documents: Sequence[Document], file: str | None = None) -> Document:
    """Lay documents over the first one, and carry out what they change of each other's arrays.

    `file` is the one that they are about, by default the first.
    Raises `ConfigurationError`, or `Faults` for several.
    """
    faults: list[AssemblerError] = []
    document = laid(documents)
    root = carried_out(document.root, faults)
    raise_all(faults)
    return msgspec.structs.replace(document, root=root, file=file or document.file)
