"""How much references make of a document, held against its limits."""

from assembler.config.keys import dotted
from assembler.config.node import Node
from assembler.config.values import Use
from assembler.errors import ConfigurationError
from assembler.model.limits import Limits
from assembler.model.text import Text


class Reported(Exception):  # noqa: N818 - not a fault of its own
    """What a reference names could not be resolved, and that is recorded."""


class Growth:
    """Counts the values and the characters that the references of one document make."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._values = 0
        self._characters = 0
        self._told = False

    def check_depth(self, depth: int, use: Use) -> None:
        """Raise `ConfigurationError` for a reference that too many levels lead to."""
        if depth > self._limits.reference_depth:
            message = f"references lead deeper than {self._limits.reference_depth} levels"
            raise use.fault(message, (self._limits.way_out("reference_depth"),))

    def fault_of_size(self, node: Node) -> ConfigurationError | None:
        """The fault of an array or a table that holds too many values."""
        if node.size <= self._limits.array_values:
            return None
        message = f"`{dotted(node.path)}` grows beyond {self._limits.array_values} values"
        return _fault(message, node, self._limits.way_out("array_values"))

    def add_values(self, node: Node, target: Node) -> None:
        """Count what takes the place of a reference.

        Raises `ConfigurationError` if all is too much, and `Reported` where that was said.
        """
        self._values += target.size
        if self._values > self._limits.expanded_values:
            self._tell("expanded_values", "references make more than {} values", node)

    def add_text(self, node: Node, text: Text) -> None:
        """Count a text that was put together; raises as `add_values` does."""
        length = sum(len(piece) for piece in text.pieces if isinstance(piece, str))
        longest = self._limits.text_length
        if length > longest or len(text.pieces) > longest:
            message = f"the text grows beyond {longest} characters"
            raise _fault(message, node, self._limits.way_out("text_length"))
        self._characters += length
        if self._characters > self._limits.expanded_text:
            self._tell("expanded_text", "references make texts of more than {} characters", node)

    def _tell(self, name: str, message: str, node: Node) -> None:
        if self._told:
            raise Reported
        self._told = True
        bound: object = getattr(self._limits, name)
        raise _fault(message.format(bound), node, self._limits.way_out(name))


def _fault(message: str, node: Node, hint: str) -> ConfigurationError:
    return ConfigurationError(message, origin=node.origin, hints=(hint,))
