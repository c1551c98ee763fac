"""Locked graphs, drawn as trees."""

from collections.abc import Iterator, Sequence

import msgspec

from assembler.app.tree import AskedRoot, LockedGraph
from assembler.cli.console import Json

ABOVE = "(*) what it depends on stands above"


def trees(graphs: Sequence[LockedGraph]) -> str:
    """Every graph, below its program and where it holds."""
    return "\n\n".join("\n".join(_tree(graph)) for graph in graphs)


def trees_document(graphs: Sequence[LockedGraph]) -> Json:
    """Every graph, as JSON."""
    plain: Json = msgspec.to_builtins(graphs)
    return {"changed": False, "programs": plain}


def where(targets: Sequence[str], python: str, *, everywhere: bool) -> str:
    """On which targets something holds, with which Pythons; empty for all."""
    if everywhere:
        return ""
    pythons = f" with Python {python}" if "," in python else ""
    return f" on {', '.join(targets)}{pythons}"


def _tree(graph: LockedGraph) -> Iterator[str]:
    yield graph.program + where(graph.targets, graph.python, everywhere=graph.everywhere)
    shown: set[str] = set()
    repeated = False
    due = _children("", [root.name for root in graph.roots])
    while due:
        lead, name = due.pop()
        here = graph.distributions[name]
        below = [other for other in here.dependencies if other in graph.distributions]
        again = bool(below) and name in shown
        repeated |= again
        asked = _asked(lead, name, graph.roots)
        yield f"{lead}{name} {here.version}{asked}{' (*)' if again else ''}"
        if not again:
            shown.add(name)
            due += _children(lead, below)
    if repeated:
        yield ABOVE


def _children(lead: str, names: Sequence[str]) -> list[tuple[str, str]]:
    """The branches below a line, the last one first."""
    stem = lead.replace("├── ", "│   ").replace("└── ", "    ")
    found = [(f"{stem}├── ", name) for name in names]
    return [*((f"{stem}└── ", name) for name in names[-1:]), *reversed(found[:-1])]


def _asked(lead: str, name: str, roots: Sequence[AskedRoot]) -> str:
    """The requirements that a program's own line shows, unless they are but the name."""
    if len(lead) > len("├── "):
        return ""
    said = [text for root in roots if root.name == name for text in root.requirements]
    return f" ({', '.join(f'`{text}`' for text in said)})" if said != [name] else ""
