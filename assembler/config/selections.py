"""What `[assembly.select]` says, checked: named selections of parts."""

from collections.abc import Collection, Mapping

from assembler.config.keys import nearest
from assembler.config.names import AnyName
from assembler.config.node import Node
from assembler.errors import AssemblerError, ConfigurationError
from assembler.model.part import PartName


class Selections:
    """Reads selections, whose members are parts or other selections; faults are collected.

    As long as not `every_part` is known, any name is one of a part.
    """

    def __init__(
        self,
        root: Node,
        disabled: Collection[str],
        faults: list[AssemblerError],
        *,
        every_part: bool = True,
    ) -> None:
        select, parts = root.child("assembly", "select"), root.child("parts")
        self._nodes = select.table if select else {}
        self._parts = parts.table if parts else {}
        self._disabled = disabled
        self._known: Collection[str] = self._parts if every_part else AnyName()
        self._faults = faults
        self._found: dict[str, frozenset[PartName]] = {}

    def read(self) -> Mapping[str, frozenset[PartName]]:
        """The parts of each selection, without those that are disabled."""
        for name, node in self._nodes.items():
            if part := self._parts.get(name):
                message = f"`{name}` is both a selection and a part"
                details = (f"the part is at {part.key_origin}",)
                self._fault(message, node, details=details)
        return {name: self._members(name, ()) for name in self._nodes}

    def _members(self, name: str, trail: tuple[str, ...]) -> frozenset[PartName]:
        if name in self._found:
            return self._found[name]
        members: set[PartName] = set()
        value = self._nodes[name].value
        for element in value if isinstance(value, tuple) else ():
            member = element.value
            if not isinstance(member, str):
                continue
            if member in (*trail, name):
                ring = (*trail, name, member)
                shown = " → ".join(ring[ring.index(member) :])
                self._fault(f"selections contain each other in a ring: {shown}", element)
            elif member in self._nodes:
                members |= self._members(member, (*trail, name))
            elif member in self._known:
                members.add(PartName(member))
            elif member not in self._disabled:
                hints = nearest(member, (*self._parts, *self._nodes))
                self._fault(f"there is no part or selection `{member}`", element, hints=hints)
        self._found[name] = frozenset(members)
        return self._found[name]

    def _fault(
        self,
        message: str,
        node: Node,
        *,
        details: tuple[str, ...] = (),
        hints: tuple[str, ...] = (),
    ) -> None:
        error = ConfigurationError(message, origin=node.origin, details=details, hints=hints)
        self._faults.append(error)
