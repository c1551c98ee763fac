"""What `[parts]` says: parts with typed options, and the edges between them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

import msgspec

from assembler.config.convert import Converter
from assembler.config.keys import nearest
from assembler.config.local import SOLVED
from assembler.config.named_parts import named_parts
from assembler.config.names import AnyName, clashes, fault_of_name
from assembler.config.node import Node
from assembler.config.plain import plain
from assembler.config.tables import PartTable
from assembler.config.tree import with_entries
from assembler.errors import ConfigurationError
from assembler.model.part import Part, PartName
from assembler.model.text import Value
from assembler.origin import Origin
from assembler.recipe import Recipe

_COMMON = ("recipe", "needs", "enabled")


class Origins(Mapping[str, Origin]):
    """Where the options of a part were written, by dotted path, found when first asked."""

    def __init__(self, node: Node) -> None:
        self._node = node

    @cached_property
    def _nodes(self) -> Mapping[str, Node]:
        return dict(_flat(self._node, ""))

    def __getitem__(self, path: str) -> Origin:
        return self._nodes[path].origin

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)


def _flat(node: Node, prefix: str) -> Iterator[tuple[str, Node]]:
    children: Iterator[tuple[str | int, Node]] = iter(())
    if isinstance(node.value, Mapping):
        children = iter(node.value.items())
    elif isinstance(node.value, tuple):
        children = iter(enumerate(node.value))
    for key, child in children:
        path = f"{prefix}{key}"
        yield path, child
        yield from _flat(child, f"{path}.")


class Nodes(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a document, resolved, without those that are `disabled`.

    `expansions` names the parts that others were made to, by these; as long as not `every_part` is
    known, any name is one of a part.
    """

    parts: Mapping[str, Node]
    disabled: frozenset[str] = frozenset()
    expansions: Mapping[str, tuple[str, ...]] = {}
    every_part: bool = True


class Parts:
    """Reads parts one by one, collecting faults in the converter."""

    def __init__(self, nodes: Nodes, recipes: Mapping[str, Recipe], converter: Converter) -> None:
        self._nodes = nodes
        self._known: Collection[str] = nodes.parts if nodes.every_part else AnyName()
        self._made = {name for names in nodes.expansions.values() for name in names}
        self._recipes = recipes
        self._converter = converter
        self._faults = converter.faults

    def read(self) -> Mapping[PartName, Part]:
        """All enabled parts, in the order of the file."""
        self._faults += clashes(self._nodes.parts)
        found = (self.part(name, node) for name, node in self._nodes.parts.items())
        return {part.name: part for part in found if part}

    def part(self, name: str, node: Node) -> Part | None:
        """The part of that name, unless there are faults."""
        fault = fault_of_name(name, "a part", node.key_origin)
        if fault:
            self._faults.append(fault)
        common = self._common(name, node)
        if common is None or common.recipe not in self._recipes:
            return None
        own = {key: entry for key, entry in node.table.items() if key not in _COMMON}
        table = with_entries(node, own)
        wanted = self._recipes[common.recipe].options
        options = self._converter.record(table, wanted, f"a `{common.recipe}`", _COMMON)
        self._refuse_environment(name, node)
        if name in self._made:
            self._check_references(node, common.needs)
        if options is None:
            return None
        named = named_parts(options)
        self._check_named(named, node)
        expansion = self._expansion(name)
        return Part(
            name=PartName(name),
            recipe=common.recipe,
            options=options,
            values=self._values(table),
            needs=tuple(PartName(need) for need in common.needs),
            expansion=expansion,
            edges=frozenset(
                PartName(edge) for edge in (*node.parts, *common.needs, *named.values(), *expansion)
            ),
            origin=node.key_origin,
            origins=Origins(node),
        )

    def _expansion(self, name: str) -> tuple[PartName, ...]:
        made = self._nodes.expansions.get(name, ())
        return tuple(PartName(each) for each in made if each not in self._nodes.disabled)

    def _values(self, table: Node) -> Mapping[str, Value]:
        return {key: plain(entry, self._converter.settled) for key, entry in table.table.items()}

    def _common(self, name: str, node: Node) -> PartTable | None:
        """The keys that every part has, its recipe and the parts that it needs known."""
        if not isinstance(node.value, Mapping):
            self._converter.record(node, PartTable, f"part `{name}`")
            return None
        if "recipe" not in node.table and self._may_lie_over(name, node):
            return None
        entries = {key: node.value[key] for key in _COMMON if key in node.value}
        table = with_entries(node, entries)
        common = self._converter.record(table, PartTable, f"part `{name}`")
        if common is None:
            return None
        if common.recipe not in self._recipes:
            from assembler.config.synonyms import (  # noqa: PLC0415 - few recipes are unknown
                recipe_hints,
            )

            hints = recipe_hints(common.recipe, self._recipes)
            hints = hints or (_recipes(common.recipe, self._recipes),)
            origin = entries["recipe"].origin
            message = f"unknown recipe `{common.recipe}`"
            self._faults.append(ConfigurationError(message, origin=origin, hints=hints))
        self._check_needs(common.needs, entries.get("needs"))
        return common

    def _may_lie_over(self, name: str, node: Node) -> bool:
        """Whether a table without a recipe is probably meant for a part that a recipe makes."""
        if not self._nodes.every_part:
            return True
        hints = nearest(name, self._made)
        if hints:
            message = f"missing key `recipe` of part `{name}`"
            fault = ConfigurationError(message, origin=node.key_origin, hints=hints)
            self._faults.append(fault)
        return bool(hints)

    def _check_needs(self, needs: tuple[str, ...], node: Node | None) -> None:
        places = node.value if node and isinstance(node.value, tuple) else ()
        for need, place in zip(needs, places, strict=True):
            self._check_known(need, place.origin, "take it out of `needs`")

    def _check_named(self, named: Mapping[str, str], part: Node) -> None:
        origins = Origins(part)
        for path, name in named.items():
            self._check_known(name, origins.get(path, part.key_origin), f"take `{path}` out")

    def _check_references(self, part: Node, needs: Collection[str]) -> None:
        """Check what a recipe refers to; references that a person wrote are checked before."""
        for name in sorted(part.parts.difference(needs)):
            self._check_known(name, part.key_origin, "its recipe refers to it")

    def _check_known(self, name: str, origin: Origin, remedy: str) -> None:
        hints: tuple[str, ...]
        if name in self._nodes.disabled:
            message, hints = f"part `{name}` is disabled", (remedy,)
        elif name not in self._known:
            message, hints = f"unknown part `{name}`", nearest(name, self._known)
        else:
            return
        self._faults.append(ConfigurationError(message, origin=origin, hints=hints))

    def _refuse_environment(self, name: str, part: Node) -> None:
        keys = part.table if name in self._nodes.expansions else (*_COMMON, *SOLVED)
        for key in keys:
            if entry := part.child(key):
                refuse_environment(entry, self._converter)


def _recipes(name: str, recipes: Collection[str]) -> str:
    """The recipes there are: of the entry that is named, if one is."""
    entry, colon, _ = name.partition(":")
    known = sorted(recipes)
    if not colon:
        return f"the recipes are {_listed(known)}"
    alike = [each for each in known if each.startswith(f"{entry}:")]
    if alike:
        return f"the recipes of `{entry}` are {_listed(alike)}"
    return f'name what has them in `[recipes]`: `{entry} = "DISTRIBUTION"`'


def _listed(recipes: Sequence[str]) -> str:
    return ", ".join(f"`{recipe}`" for recipe in recipes)


def refuse_environment(node: Node, converter: Converter) -> None:
    """Record a fault for each value that an environment variable decides."""
    if not node.environment:
        return
    elements = node.value if isinstance(node.value, tuple) else ()
    inner = [child for child in (*node.table.values(), *elements) if child.environment]
    for child in inner:
        refuse_environment(child, converter)
    if not inner:
        names = " and ".join(f"`{name}`" for name in sorted(node.environment))
        message = f"the environment variable {names} can't decide what is locked"
        hints = ("write the value here, or pass it with `--set`",)
        fault = ConfigurationError(message, origin=node.origin, hints=hints)
        converter.faults.append(fault)
