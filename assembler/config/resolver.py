"""Looks up the references in a tree of nodes."""

from collections.abc import Mapping, Sequence

import msgspec

from assembler.config.growth import Growth, Reported
from assembler.config.keys import dotted, nearest
from assembler.config.names import AnyName
from assembler.config.node import Node
from assembler.config.outputs import output, place
from assembler.config.references import Malformed, Name, Reference, split
from assembler.config.tree import with_elements, with_entries
from assembler.config.values import (
    NONE,
    Use,
    broken,
    cycle,
    gathered,
    inserted,
    kind,
    put_together,
    replaced,
    spliced,
    through,
)
from assembler.errors import AssemblerError, ConfigurationError
from assembler.model.limits import DEFAULTS, Limits
from assembler.model.text import Piece, Place, Text

_TABLES = ("assembly", "env", "parts", "secrets", "self", "vars")


class Resolver:
    """Resolves the values of one document, each once; faults are collected in `faults`.

    As long as not `every_part` is known, a reference to any part is none.
    """

    def __init__(
        self,
        root: Node,
        environment: Mapping[str, str],
        disabled: frozenset[str] = NONE,
        *,
        every_part: bool = True,
        limits: Limits = DEFAULTS,
    ) -> None:
        self.faults: list[AssemblerError] = []
        self.environment_read: dict[str, str | None] = {}
        self._root = root
        self._environment = environment
        self._disabled = disabled
        self._every_part = every_part
        self._done: dict[tuple[str | None, int], Node] = {}
        self._active: dict[tuple[str | None, int], Node] = {}
        self._depth = 0
        self._growth = Growth(limits)

    def resolve(self, node: Node, scope: str | None = None) -> Node:
        """The value with all its references looked up; `scope` names the part that it is of."""
        if not node.refers:
            return node
        self._depth += 1
        try:
            match node.value:
                case str(text):
                    return self._text(node, text, scope)
                case tuple(array):
                    return self._array(node, array, scope)
                case Mapping() as table:
                    return self._table(node, table, scope)
                case _:
                    return node
        finally:
            self._depth -= 1

    def _table(self, node: Node, table: Mapping[str, Node], scope: str | None) -> Node:
        entries = {key: self.resolve(child, scope) for key, child in table.items()}
        return self._bounded(with_entries(node, entries), tuple(entries.values()))

    def _array(self, node: Node, array: tuple[Node, ...], scope: str | None) -> Node:
        elements: list[Node] = []
        for child in array:
            element = self.resolve(child, scope)
            if isinstance(child.value, str) and isinstance(element.value, tuple):
                elements.extend(spliced(element, element.value))
            else:
                elements.append(element)
        return self._bounded(with_elements(node, tuple(elements)), elements)

    def _bounded(self, node: Node, children: Sequence[Node]) -> Node:
        fault = self._growth.fault_of_size(node)
        if fault is None:
            return gathered(node, children)
        self.faults.append(fault)
        return broken(node)

    def _text(self, node: Node, text: str, scope: str | None) -> Node:
        """The value that a text with references stands for, worked out once."""
        key = (scope, id(node))
        if key in self._done:
            return self._done[key]
        self._active[key] = node
        try:
            result = self._expanded(node, text, scope)
        except Reported:
            result = broken(node)
        except ConfigurationError as fault:
            self.faults.append(fault)
            result = broken(node)
        finally:
            del self._active[key]
        self._done[key] = result
        return result

    def _expanded(self, node: Node, text: str, scope: str | None) -> Node:
        pieces = _pieces(node, text)
        if len(pieces) == 1 and isinstance(pieces[0], Reference):
            target = self._target(Use(reference=pieces[0], node=node, scope=scope))
            self._growth.add_values(node, target)
            return replaced(node, target)
        targets: list[Node] = []
        texts: list[Piece | Text] = []
        for piece in pieces:
            if isinstance(piece, str):
                texts.append(piece)
                continue
            use = Use(reference=piece, node=node, scope=scope)
            targets.append(self._target(use))
            texts.append(inserted(targets[-1], use))
        together = Text.of(*texts)
        self._growth.add_text(node, together)
        return put_together(node, targets, together)

    def _target(self, use: Use) -> Node:
        """The resolved value that a reference names."""
        self._growth.check_depth(self._depth, use)
        inner: list[Node] = []
        path = [self._name(name, use, inner) for name in use.reference.path]
        target = self._named(path, use)
        if target.value is None:
            raise Reported
        return through(target, inner)

    def _name(self, name: Name, use: Use, inner: list[Node]) -> str:
        if len(name) == 1 and isinstance(name[0], str):
            return name[0]
        text = ""
        for piece in name:
            if isinstance(piece, str):
                text += piece
                continue
            nested = msgspec.structs.replace(use, reference=piece)
            inner.append(self._target(nested))
            value = inserted(inner[-1], nested)
            if isinstance(value, Text):
                raise nested.fault(f"`{piece.written}` is known only when a part is built")
            text += value
        return text

    def _named(self, path: Sequence[str], use: Use) -> Node:
        table, *rest = path
        if table not in _TABLES:
            message = f"unknown name `{table}` in a reference"
            raise use.fault(message, self._begun(path, use))
        if not rest:
            raise use.fault(f"`{use.reference.written}` names no value")
        match table:
            case "vars":
                return self._below("vars", rest, use)
            case "env":
                return self._variable(rest[0], use)
            case "assembly":
                return (
                    self._below("assembly", rest, use) if rest == ["name"] else place(rest[0], use)
                )
            case "self":
                return self._own(rest, use)
            case "secrets":
                from assembler.config.secrets import secret  # noqa: PLC0415 - few have secrets

                return secret(rest, use, self._table_at("secrets").table)
            case _:
                parts = self._table_at("parts").table if self._every_part else AnyName()
                return output(rest, use, parts, self._disabled)

    def _begun(self, path: Sequence[str], use: Use) -> Sequence[str]:
        """Hints at the reference whose first name is missing."""
        first = path[0]
        tables = [each for each in ("vars", "parts") if first in self._table_at(each).table]
        if use.scope is not None and first in self._table_at("parts", use.scope).table:
            tables.append("self")
        if first.isupper():
            tables.append("env")
        meant = (f"write `${{{dotted((table, *path))}}}`" for table in tables)
        listed = f"references begin with {_listed(_TABLES)}"
        return tuple(meant) or nearest(first, _TABLES) or (listed,)

    def _own(self, path: Sequence[str], use: Use) -> Node:
        """What `${self.…}` means: the part's name, its directory, or an option of it."""
        if use.scope is None:
            raise use.fault("`self` has a meaning only in a part")
        if path == ["name"]:
            return use.made(use.scope)
        if path == ["out"]:
            return use.made(Text((Place("part", part=use.scope),)))
        part = self._table_at("parts", use.scope)
        if path[0] not in part.table:
            message = f"part `{use.scope}` sets no `{path[0]}`"
            raise use.fault(message, nearest(path[0], ("name", "out", *part.table)))
        return self._descend(part, path, use, ("self",))

    def _below(self, table: str, path: Sequence[str], use: Use) -> Node:
        outside = msgspec.structs.replace(use, scope=None)
        return self._descend(self._table_at(table), path, outside, (table,))

    def _descend(self, node: Node, path: Sequence[str], use: Use, seen: tuple[str, ...]) -> Node:
        """The resolved value at a path below a table."""
        resolved = False
        for name in path:
            if isinstance(node.value, str) and not resolved:
                node, resolved = self._unless_active(node, use), True
            if node.value is None:
                return node
            if not isinstance(node.value, Mapping):
                message = f"`{dotted(seen)}` is {kind(node.value)} and has no `{name}`"
                raise use.fault(message)
            seen = (*seen, name)
            if name not in node.value:
                raise use.fault(f"unknown name `{dotted(seen)}`", nearest(name, node.value))
            node = node.value[name]
        return node if resolved else self._unless_active(node, use)

    def _unless_active(self, node: Node, use: Use) -> Node:
        """The value resolved, unless that is just what is going on."""
        if (use.scope, id(node)) not in self._active:
            return self.resolve(node, use.scope)
        active = list(self._active.values())
        start = next(place for place, other in enumerate(active) if other is node)
        raise cycle(use, (*active[start:], node))

    def _variable(self, name: str, use: Use) -> Node:
        self._check_held(name, use)
        value = self.environment_read[name] = self._environment.get(name)
        if use.reference.default is not None:
            value = value or use.reference.default
        if value is None:
            hint = f"set it, or give a default: `${{env.{name}:-…}}`"
            raise use.fault(f"the environment variable `{name}` is not set", (hint,))
        return msgspec.structs.replace(
            use.made(value), spelling=value, environment=frozenset((name,))
        )

    def _check_held(self, variable: str, use: Use) -> None:
        """Raise `ConfigurationError` for a variable that holds a secret."""
        if known := self._table_at("secrets").table:
            from assembler.config.secrets import (  # noqa: PLC0415 - few have secrets
                held,
                variables,
            )

            if owner := variables(known).get(variable):
                raise held(variable, owner, use)

    def _table_at(self, *path: str) -> Node:
        return self._root.child(*path) or Node(value={}, source=self._root.source, path=path)


def _pieces(node: Node, text: str) -> tuple[str | Reference, ...]:
    try:
        return split(text)
    except Malformed as error:
        origin = node.source.fragment(node.path, error.written)
        hints = (*error.hints, "a literal `${` is written `$${`")
        raise ConfigurationError(error.message, origin=origin, hints=hints) from error


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
