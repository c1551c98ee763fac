"""The drawing on the architecture page shows the real imports, no more and no fewer.

Its nodes are the modules and import packages directly inside `assembler` (without `__main__`), and
`recipes`. Its arrows
say who imports whom; an arrow that a longer way implies is left out.
"""

import re
from itertools import pairwise

import grimp
import pytest

from tests.architecture.source import PROJECT

PAGE = PROJECT / "docs" / "explanation" / "architecture.md"

Arrows = frozenset[tuple[str, str]]


def drawn(page: str) -> tuple[frozenset[str], Arrows]:
    """The nodes and arrows of the page's mermaid graph: lines such as `a & b --> c & d`."""
    found = re.search(r"^```(?:\{mermaid\}|mermaid)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert found, "the page has no mermaid drawing"
    nodes: set[str] = set()
    arrows: set[tuple[str, str]] = set()
    for line in found[1].splitlines()[1:]:
        stops = [re.findall(r"\w+", stop) for stop in line.split("-->")]
        nodes.update(name for stop in stops for name in stop)
        arrows.update((a, b) for left, right in pairwise(stops) for a in left for b in right)
    return frozenset(nodes), frozenset(arrows)


def real() -> tuple[frozenset[str], Arrows]:
    """The nodes and arrows of the import graph."""
    graph = grimp.build_graph("assembler", "assembler_recipes", cache_dir=None)
    units = {unit.removeprefix("assembler.") for unit in graph.find_children("assembler")}
    nodes = frozenset((units - {"__main__"}) | {"recipes"})
    arrows = {
        (node(importer), node(imported))
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    }
    return nodes, frozenset((a, b) for a, b in arrows if a != b and {a, b} <= nodes)


def node(module: str) -> str:
    root, _, rest = module.partition(".")
    return "recipes" if root == "assembler_recipes" else rest.partition(".")[0]


def without_implied(arrows: Arrows) -> Arrows:
    """The fewest arrows from which all others follow; the graph must have no rings."""

    def reached(start: str) -> set[str]:
        ahead = {b for a, b in arrows if a == start}
        return ahead.union(*(reached(b) for b in ahead))

    return frozenset(
        (a, b)
        for a, b in arrows
        if not any(b in reached(other) for start, other in arrows if start == a)
    )


def as_text(arrows: Arrows) -> list[str]:
    return sorted(f"{a} --> {b}" for a, b in arrows)


def test_the_drawing_is_the_import_graph():
    nodes, arrows = drawn(PAGE.read_text(encoding="utf-8"))
    real_nodes, real_arrows = real()

    assert sorted(nodes) == sorted(real_nodes)
    assert as_text(arrows) == as_text(without_implied(real_arrows))


@pytest.mark.parametrize(
    ("arrows", "drawn_arrows"),
    [
        ({("a", "b"), ("b", "c"), ("a", "c")}, {("a", "b"), ("b", "c")}),
        ({("a", "b"), ("c", "b")}, {("a", "b"), ("c", "b")}),
    ],
)
def test_implied_arrows_are_left_out(arrows: set[tuple[str, str]], drawn_arrows: object):
    assert without_implied(frozenset(arrows)) == drawn_arrows


def test_a_chain_with_several_nodes_a_stop_is_read():
    page = "```mermaid\ngraph TD\n    a & b --> c --> d\n```\n"

    assert drawn(page) == (frozenset("abcd"), {("a", "c"), ("b", "c"), ("c", "d")})
