"""From the layers of configuration to one document."""

from collections.abc import Sequence

import msgspec

from assembler.config.document import Document
from assembler.config.edits import carried_out
from assembler.config.layers import laid, layers
from assembler.config.node import Node
from assembler.config.presets import inherited
from assembler.config.resolved import in_order
from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.model.limits import Limits
from assembler.model.target import Target


def compose(
    documents: Sequence[Document], target: Target | None = None, *, file: str | None = None
) -> Document:
    """Lay documents over the first one for a target; presets and changes of arrays carried out.

    `file` is the one that they are about, by default the first. Without a target no conditional
    block holds. Raises `ConfigurationError`, or `Faults` for several.
    """
    faults: list[AssemblerError] = []
    document = laid([layer for each in documents for layer in layers(each, target, faults)])
    root = carried_out(inherited(document.root, faults), faults)
    raise_all(in_order(tuple(faults)))
    _check_size(root, document.limits)
    return msgspec.structs.replace(document, root=root, file=file or document.file)


def _check_size(root: Node, limits: Limits) -> None:
    if root.size > limits.expanded_values:
        raise ConfigurationError(
            f"the configuration grows beyond {limits.expanded_values} values",
            origin=root.origin,
            hints=(limits.way_out("expanded_values"),),
        )
