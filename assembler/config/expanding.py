"""Parts that recipes make of other parts, which then stand in the document as if written."""

from collections.abc import Iterator, Mapping

import msgspec

from assembler.config.convert import Converter
from assembler.config.defaults import with_defaults
from assembler.config.document import Document
from assembler.config.edits import carried_out
from assembler.config.node import Node
from assembler.config.parts import Nodes, Parts
from assembler.config.resolved import disabled_parts
from assembler.config.resolver import Resolver
from assembler.config.tree import with_entries
from assembler.errors import AssemblerError, ConfigurationError
from assembler.model.part import ExpandedPart, Part
from assembler.recipe import HasExpansion, Recipe, asking


class Expanded(msgspec.Struct, frozen=True, kw_only=True):
    """A document with the parts that recipes make of its parts.

    `made` names these by the part that each was made of. Unless it is `whole` some are not known,
    and `faults` or those of the document say why.
    """

    document: Document
    made: Mapping[str, tuple[str, ...]] = {}
    faults: tuple[AssemblerError, ...] = ()
    whole: bool = True


def expand(
    document: Document, recipes: Mapping[str, Recipe], environment: Mapping[str, str]
) -> Expanded:
    """Ask the recipes that make other parts, and those of these parts again."""
    expansion = _Expansion(document, recipes, environment)
    due = tuple(expansion.due())
    while due:
        expansion.expand(due)
        due = tuple(expansion.due())
    return expansion.result()


class _Expansion:
    """The parts of one document while they are expanded."""

    def __init__(
        self, document: Document, recipes: Mapping[str, Recipe], environment: Mapping[str, str]
    ) -> None:
        self._document = document
        self._limits = document.limits
        self._parts = document.root.child("parts") or Node(
            value={}, source=document.root.source, path=("parts",)
        )
        self._recipes = recipes
        self._environment = environment
        self._kinds: dict[str, bool] = {}
        self._made: dict[str, tuple[str, ...]] = {}
        self._trails: dict[str, tuple[str, ...]] = {}
        self._faults: list[AssemblerError] = []
        self._whole = True

    def result(self) -> Expanded:
        """The document with all that was made."""
        return Expanded(
            document=self._changed(),
            made=self._made,
            faults=tuple(self._faults),
            whole=self._whole,
        )

    def due(self) -> Iterator[str]:
        """The parts that expand and were not asked yet."""
        resolver: Resolver | None = None
        for name, node in self._parts.table.items():
            recipe = node.child("recipe")
            if recipe is None or name in self._made:
                continue
            if recipe.refers:
                resolver = resolver or self._resolver()
                recipe = resolver.resolve(recipe, name)
            if isinstance(recipe.value, str) and self._expands(recipe.value):
                yield name

    def expand(self, names: tuple[str, ...]) -> None:
        """Ask the recipes of these parts, and put what they make into the document."""
        resolver = self._resolver()
        disabled = disabled_parts(self._parts_of(self._changed().root), resolver)
        for name in names:
            self._made[name] = ()
            if name not in disabled:
                self._expand(name, resolver)

    def _expands(self, recipe: str) -> bool:
        if recipe not in self._kinds:
            known = recipe in self._recipes
            self._kinds[recipe] = known and isinstance(self._recipes[recipe], HasExpansion)
        return self._kinds[recipe]

    def _changed(self) -> Document:
        if not self._made:
            return self._document
        root = self._document.root
        return msgspec.structs.replace(
            self._document, root=with_entries(root, {**root.table, "parts": self._parts})
        )

    def _parts_of(self, root: Node) -> Node:
        return with_entries(root, {"parts": root.table["parts"]})

    def _resolver(self) -> Resolver:
        root = with_defaults(self._changed())
        return Resolver(root, self._environment, every_part=False, limits=self._limits)

    def _expand(self, name: str, resolver: Resolver) -> None:
        part = self._part(name, resolver)
        if part is None:
            self._whole = False
            return
        try:
            self._place(name, self._asked(part))
        except AssemblerError as error:
            self._faults.append(error)
            self._whole = False

    def _asked(self, part: Part) -> Mapping[str, Node]:
        """What the recipe makes of the part, checked."""
        from assembler.config.made_nodes import made_node  # noqa: PLC0415 - few recipes make parts

        recipe = self._recipes[part.recipe]
        with asking(part):
            expanded = recipe.expand(part) if isinstance(recipe, HasExpansion) else ()
            nodes = {each.name: made_node(each, self._parts.table[part.name]) for each in expanded}
        self._check(part, expanded)
        return nodes

    def _part(self, name: str, resolver: Resolver) -> Part | None:
        """The part with its references looked up; its faults are told elsewhere."""
        before = len(resolver.faults)
        node = resolver.resolve(self._parts.table[name], name)
        converter = Converter()
        nodes = Nodes(parts={name: node}, every_part=False)
        part = Parts(nodes, self._recipes, converter).part(name, node)
        return None if converter.faults or len(resolver.faults) > before else part

    def _check(self, part: Part, expanded: tuple[ExpandedPart, ...]) -> None:
        """Raise `ConfigurationError` for names that clash, and for too many parts."""
        names: set[str] = set()
        owners = {name: owner for owner, made in self._made.items() for name in made}
        for each in expanded:
            if each.name in names:
                raise _fault(part, f"expands to `{each.name}` twice")
            names.add(each.name)
            if other := owners.get(each.name):
                raise _fault(part, f"expands to `{each.name}`, as part `{other}` does")
            there = self._parts.table.get(each.name)
            if there is not None and ("recipe" in there.table or each.name == part.name):
                at = f"the other one is at {there.key_origin}"
                raise _fault(part, f"expands to `{each.name}`, and that is written, too", at)
        trail = (*self._trails.get(part.name, ()), part.name)
        self._check_amounts(part, trail if expanded else (), len(owners) + len(names))

    def _check_amounts(self, part: Part, trail: tuple[str, ...], made: int) -> None:
        limits = self._limits
        if len(trail) > limits.expansion_depth:
            fault = _fault(
                part, f"expands deeper than {limits.expansion_depth} levels", " → ".join(trail)
            )
            fault.hints = (limits.way_out("expansion_depth"),)
            raise fault
        if made > limits.expanded_parts:
            fault = _fault(part, f"and others expand to more than {limits.expanded_parts} parts")
            fault.hints = (limits.way_out("expanded_parts"),)
            raise fault

    def _place(self, name: str, nodes: Mapping[str, Node]) -> None:
        """Put the parts behind the one that they were made of, below what is written of them."""
        entries: dict[str, Node] = {}
        for key, node in self._parts.table.items():
            if key not in nodes:
                entries[key] = node
            if key == name:
                entries |= {each: self._layered(each, made) for each, made in nodes.items()}
        self._parts = with_entries(self._parts, entries)
        self._made[name] = tuple(nodes)
        trail = (*self._trails.get(name, ()), name)
        self._trails |= dict.fromkeys(nodes, trail)

    def _layered(self, name: str, made: Node) -> Node:
        written = self._parts.table.get(name)
        if written is None:
            return made
        from assembler.config.made_nodes import with_layer  # noqa: PLC0415 - few recipes make parts

        return carried_out(with_layer(made, written), self._faults)


def _fault(part: Part, what: str, detail: str = "") -> ConfigurationError:
    return ConfigurationError(
        f"part `{part.name}` {what}",
        origin=part.origin,
        details=(detail,) if detail else (),
    )
