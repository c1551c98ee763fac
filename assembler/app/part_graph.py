"""`assemble graph`: the parts, and why each needs others."""

from collections.abc import Collection, Iterator, Mapping

import msgspec

from assembler import graph
from assembler.app.checkout import Checkout
from assembler.app.declaring import declare
from assembler.app.loading import load_project
from assembler.app.services import Services
from assembler.config.keys import dotted, nearest
from assembler.errors import UsageError
from assembler.model.part import Part, PartName
from assembler.model.project import Project


class GraphPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the graph; a `program` is solved and locked."""

    name: str
    recipe: str
    program: bool
    origin: str


class GraphReason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a part needs another: `needs`, a `reference`, or a `key` that names it, and where."""

    kind: str
    key: str
    origin: str


class GraphEdge(msgspec.Struct, frozen=True, kw_only=True):
    """A part needs another."""

    part: str
    needs: str
    reasons: tuple[GraphReason, ...]


class PartGraph(msgspec.Struct, frozen=True, kw_only=True):
    """Parts in the order in which they are built; `tops` are asked for, or needed by none."""

    parts: tuple[GraphPart, ...]
    edges: tuple[GraphEdge, ...]
    tops: tuple[str, ...]


def part_graph(checkout: Checkout, services: Services, names: Collection[str]) -> PartGraph:
    """The graph of all parts, or of some and what they need. Raises `UsageError`."""
    project = load_project(checkout, services)
    declared = declare(project, services.recipes)
    if wanted := _wanted(project, names):
        declared = declared.narrowed(graph.closure(project.parts, wanted))
    places = {part.name: place for place, part in enumerate(declared.parts)}
    return PartGraph(
        parts=tuple(
            GraphPart(
                name=part.name,
                recipe=part.recipe,
                program=bool(declared.needs[part.name].programs),
                origin=str(part.origin),
            )
            for part in declared.parts
        ),
        edges=tuple(edge for part in declared.parts for edge in _edges(part, places)),
        tops=wanted or _needed_by_none(declared.parts),
    )


def _wanted(project: Project, names: Collection[str]) -> tuple[PartName, ...]:
    for name in names:
        if name not in project.parts:
            raise UsageError(f"unknown part `{name}`", hints=nearest(name, project.parts))
    return tuple(PartName(name) for name in dict.fromkeys(names))


def _needed_by_none(parts: Collection[Part]) -> tuple[str, ...]:
    needed = {name for part in parts for name in part.edges}
    return tuple(part.name for part in parts if part.name not in needed)


def _edges(part: Part, places: Mapping[PartName, int]) -> Iterator[GraphEdge]:
    for name in sorted(part.edges, key=places.__getitem__):
        reasons = (
            GraphReason(kind=reason.kind, key=dotted(reason.key), origin=str(reason.origin))
            for reason in graph.reasons(part, name)
        )
        yield GraphEdge(part=part.name, needs=name, reasons=tuple(reasons))
