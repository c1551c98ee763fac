"""Parts with their keys, each made from the keys of those that it depends on."""

from collections.abc import Iterator, Mapping

import msgspec

from assembler.model.manifest import Damage
from assembler.plan import keys
from assembler.plan.request import PlanRequest, RealisedPart
from assembler.plan.undoing import is_undone


class KeyedPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part whose key is known.

    `edges` maps the parts that it needs or refers to to their directories; `relies_on` names these
    and all that they rely on. `damage` is what was found wrong in what stands of it; `undone` says
    that what it had done outside is no more.
    """

    realised: RealisedPart
    key: str
    directory: str
    edges: Mapping[str, str]
    relies_on: tuple[str, ...]
    remade: int
    damage: tuple[Damage, ...]
    undone: bool = False

    @property
    def name(self) -> str:
        """The part's name."""
        return self.realised.part.name


def keyed(request: PlanRequest) -> tuple[KeyedPart, ...]:
    """The selected parts of the request with their keys."""
    done: dict[str, KeyedPart] = {}
    for realised in _selected(request):
        edges = {
            str(name): done[name] for name in sorted(realised.part.edges - {realised.part.name})
        }
        done[realised.part.name] = _keyed(request, realised, edges)
    return tuple(done.values())


def _keyed(
    request: PlanRequest, realised: RealisedPart, edges: Mapping[str, KeyedPart]
) -> KeyedPart:
    name = realised.part.name
    built = request.standing_parts.get(name)
    damage = tuple(each for each in request.damage if (each.where, each.owner) == ("part", name))
    undone = built is not None and is_undone(built, request.effects)
    remade = (built.remade if built else 0) + bool(damage or undone)
    key = keys.key(
        realised.steps,
        {edge: keyed_edge.key for edge, keyed_edge in edges.items()},
        prefix=request.prefix,
        project=request.project,
        remade=remade,
    )
    relied = {each.directory for each in edges.values()}
    relied.update(directory for each in edges.values() for directory in each.relies_on)
    return KeyedPart(
        realised=realised,
        key=key,
        directory=keys.directory(name, key),
        edges={edge: keyed_edge.directory for edge, keyed_edge in edges.items()},
        relies_on=tuple(sorted(relied)),
        remade=remade,
        damage=damage,
        undone=undone,
    )


def _selected(request: PlanRequest) -> Iterator[RealisedPart]:
    """The selected parts with all that they need, in building order."""
    if request.selection is None:
        yield from request.parts
        return
    selected = set(request.selection)
    for realised in reversed(request.parts):
        if realised.part.name in selected:
            selected |= realised.part.edges
    yield from (realised for realised in request.parts if realised.part.name in selected)
