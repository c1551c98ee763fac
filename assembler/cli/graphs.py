"""The graph of parts as text, for Graphviz and for Mermaid."""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from assembler.app.part_graph import GraphEdge, GraphPart, PartGraph
from assembler.cli.console import Json

ABOVE = "(*) what it needs stands above"


def document(found: PartGraph) -> Json:
    """The graph as JSON."""
    plain: Json = msgspec.to_builtins(found)
    return {"changed": False, "graph": plain}


def text(found: PartGraph) -> str:
    """What each part needs, as a tree; a part that was drawn is not drawn again."""
    return "\n".join(_Tree(found).lines())


class _Tree:
    """Draws every part with what it needs once."""

    def __init__(self, found: PartGraph) -> None:
        self._parts = {part.name: part for part in found.parts}
        self._edges: dict[str, list[GraphEdge]] = {part.name: [] for part in found.parts}
        for edge in found.edges:
            self._edges[edge.part].append(edge)
        self._tops = found.tops
        self._drawn: set[str] = set()
        self._cut = False

    def lines(self) -> Iterator[str]:
        for name in self._tops:
            yield from self._below(name, "")
        if self._cut:
            yield from ("", ABOVE)

    def _below(self, top: str, why: str) -> Iterator[str]:
        """A part and, indented, what it needs; deep graphs are drawn without recursion."""
        due = [("", "", top, why)]
        while due:
            lead, inner, name, reason = due.pop()
            again = name in self._drawn and bool(self._edges[name])
            yield f"{lead}{_named(self._parts[name])}{reason}{' (*)' if again else ''}"
            self._cut |= again
            if name in self._drawn:
                continue
            self._drawn.add(name)
            edges = self._edges[name]
            for edge in reversed(edges):
                last = edge is edges[-1]
                branch, under = ("└── ", "    ") if last else ("├── ", "│   ")
                due.append((inner + branch, inner + under, edge.needs, f": {_why(edge)}"))


def _named(part: GraphPart) -> str:
    return f"{part.name} ({part.recipe})"


def _why(edge: GraphEdge) -> str:
    return ", ".join(dict.fromkeys(_place(reason.kind, reason.key) for reason in edge.reasons))


def _place(kind: str, key: str) -> str:
    return kind if kind == "needs" else key or kind


def dot(found: PartGraph) -> str:
    """The graph in Graphviz's language; programs are boxes, `needs` alone is dashed."""
    lines = ["digraph parts {", "    rankdir = LR", "    node [shape = ellipse]"]
    for part in found.parts:
        shape = ", shape = box" if part.program else ""
        label = f"{_dot(part.name)}\\n{_dot(part.recipe)}"
        lines.append(f'    "{_dot(part.name)}" [label = "{label}"{shape}]')
    for edge in found.edges:
        dashed = ", style = dashed" if _needs_alone(edge) else ""
        ends = f'"{_dot(edge.part)}" -> "{_dot(edge.needs)}"'
        lines.append(f'    {ends} [label = "{_dot(_why(edge))}"{dashed}]')
    return "\n".join((*lines, "}"))


def _dot(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def mermaid(found: PartGraph) -> str:
    """The graph in Mermaid's language; programs are boxes, `needs` alone is dotted."""
    nodes = {part.name: f"p{number}" for number, part in enumerate(found.parts)}
    lines = ["graph LR"]
    for part in found.parts:
        opening, closing = ("[", "]") if part.program else ("([", "])")
        label = f"{_mermaid(part.name)}<br>{_mermaid(part.recipe)}"
        lines.append(f'    {nodes[part.name]}{opening}"{label}"{closing}')
    for edge in found.edges:
        arrow = "-.->" if _needs_alone(edge) else "-->"
        label = f'|"{_mermaid(_why(edge))}"|'
        lines.append(f"    {nodes[edge.part]} {arrow}{label} {nodes[edge.needs]}")
    return "\n".join(lines)


def _mermaid(name: str) -> str:
    """Text between Mermaid's quotes: what has a meaning there is written as a character's code."""
    return "".join(
        character if character.isalnum() or character in " -_./,:" else f"#{ord(character)};"
        for character in name
    )


def _needs_alone(edge: GraphEdge) -> bool:
    return all(reason.kind == "needs" for reason in edge.reasons)


FORMATS: Mapping[str, Callable[[PartGraph], str]] = {"text": text, "dot": dot, "mermaid": mermaid}
"""How a graph is written, by the name of the format."""
