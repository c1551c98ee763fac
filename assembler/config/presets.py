"""Presets: what parts inherit, and say over."""

from collections.abc import Mapping, Sequence

import msgspec

from assembler.config.edits import carried_out
from assembler.config.keys import dotted, nearest
from assembler.config.node import Node
from assembler.config.tree import merge, with_entries
from assembler.config.values import kind
from assembler.errors import AssemblerError, ConfigurationError


def inherited(root: Node, faults: list[AssemblerError]) -> Node:
    """The outermost table with every part laid over its presets; `[presets]` itself is gone."""
    entries = {key: node for key, node in root.table.items() if key != "presets"}
    parts = entries.get("parts")
    presets = _Presets(root.child("presets"), parts.table if parts else {}, faults)
    if parts is not None and not parts.is_edit and parts.table:
        made = {name: presets.under(name, part) for name, part in parts.table.items()}
        entries["parts"] = with_entries(parts, made)
    return with_entries(root, entries)


class _Presets:
    """The presets, each with the order in which it and what it inherits lie over each other."""

    def __init__(
        self, presets: Node | None, parts: Mapping[str, Node], faults: list[AssemblerError]
    ) -> None:
        self._presets = presets.table if presets else {}
        self._parts = parts
        self._faults = faults
        self._lines: dict[str, tuple[str, ...]] = {}
        self._laid: dict[tuple[str, ...], Node] = {}
        if presets is not None and not isinstance(presets.value, Mapping):
            self._fault(f"`presets` must be a table, not {kind(presets.value)}", presets)
        for name, preset in self._presets.items():
            if not isinstance(preset.value, Mapping):
                message = f"`{dotted(('presets', name))}` must be a table, not {kind(preset.value)}"
                self._fault(message, preset)
            self._line(name, ())

    def under(self, name: str, part: Node) -> Node:
        """A part laid over what it inherits."""
        if "inherits" not in part.table:
            return part
        own = _own(part)
        line: dict[str, None] = {}
        for preset in self._inherits(part, f"part `{name}`"):
            line |= dict.fromkeys(self._line(preset, ()))
        if not line:
            return own
        made = merge(self._below(tuple(line)), own)
        return msgspec.structs.replace(
            made, source=part.source, path=part.path, overrode=part.overrode
        )

    def _below(self, line: tuple[str, ...]) -> Node:
        """Presets laid over each other in order."""
        if line not in self._laid:
            *lower, last = line
            preset = _own(self._presets[last])
            self._laid[line] = merge(self._below(tuple(lower)), preset) if lower else preset
        return self._laid[line]

    def _line(self, name: str, trail: tuple[str, ...]) -> tuple[str, ...]:
        """A preset after all that it inherits, each once."""
        if name in self._lines:
            return self._lines[name]
        preset = self._presets[name]
        line: dict[str, None] = {}
        for below in self._inherits(preset, f"preset `{name}`"):
            if below in (*trail, name):
                ring = (*trail, name, below)
                shown = " → ".join(ring[ring.index(below) :])
                self._fault(f"presets inherit from each other in a ring: {shown}", preset)
                break
            line |= dict.fromkeys(self._line(below, (*trail, name)))
        self._lines[name] = (*line, name)
        return self._lines[name]

    def _inherits(self, node: Node, whose: str) -> Sequence[str]:
        """The known presets that a part or a preset names."""
        inherits = node.table.get("inherits")
        if inherits is None:
            return ()
        array = carried_out(inherits, self._faults)
        if not isinstance(array.value, tuple):
            message = f"`{dotted(inherits.path)}` must be an array of text, not {kind(array.value)}"
            hint = f"write [{inherits.source.spelling(inherits.path)}]"
            hints = (hint,) if isinstance(array.value, str) else ()
            self._fault(message, inherits, hints)
            return ()
        return [name for each in array.value if (name := self._known(each, whose)) is not None]

    def _known(self, element: Node, whose: str) -> str | None:
        name = element.value
        if isinstance(name, str) and name in self._presets:
            return name
        if not isinstance(name, str):
            self._fault(f"{whose} inherits from {kind(name)}, not from a preset", element)
            return None
        hints = nearest(name, self._presets)
        if name in self._parts:
            hints = (f"`{name}` is a part: what several inherit stands in `[presets]`",)
        elif not hints and self._presets:
            hints = (f"the presets are {', '.join(f'`{each}`' for each in self._presets)}",)
        self._fault(f"{whose} inherits from an unknown preset `{name}`", element, hints)
        return None

    def _fault(self, message: str, node: Node, hints: tuple[str, ...] = ()) -> None:
        self._faults.append(ConfigurationError(message, origin=node.origin, hints=hints))


def _own(node: Node) -> Node:
    """What a part or preset says itself, alone."""
    alone = msgspec.structs.replace(node, overrode=())
    if "inherits" not in node.table:
        return alone
    kept = {key: child for key, child in node.table.items() if key != "inherits"}
    return with_entries(alone, kept)
