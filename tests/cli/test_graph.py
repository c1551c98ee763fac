"""`assemble graph`: text, dot, mermaid and JSON, with no lock there."""

import re
from pathlib import Path

import pydot
import pytest

from tests.behaviours.commands import command
from tests.behaviours.programs import program
from tests.behaviours.world import World
from tests.servers import serve

ODD = 'a "b" | c'


@pytest.fixture
def world(tmp_path: Path):
    with serve({}) as index:
        yield World(tmp_path, index)


@pytest.fixture
def shop(world: World) -> World:
    world.assembly(
        command("top", "${parts.left.path} ${parts.left.key}", needs=["right", "left"])
        + command("left", "${parts.app.bin.web}")
        + command("right", "x", needs=["app"])
        + command("alone", "x")
        + program("app", ["web"])
    )
    return world


def test_a_tree_says_why(shop: World):
    assert shop.done("graph").output == (
        "top (command)\n"
        "├── left (command): needs, shell\n"
        "│   └── app (program): shell\n"
        "└── right (command): needs\n"
        "    └── app (program): needs\n"
        "alone (command)\n"
    )
    assert not (shop.project / "pylock.toml").exists()


def test_what_was_drawn_is_not_drawn_again(world: World):
    world.assembly(
        command("one", "x", needs=["two", "three"])
        + command("two", "x", needs=["three"])
        + command("three", "x", needs=["four"])
        + command("four", "x")
    )

    assert world.done("graph").output == (
        "one (command)\n"
        "├── three (command): needs\n"
        "│   └── four (command): needs\n"
        "└── two (command): needs\n"
        "    └── three (command): needs (*)\n"
        "\n"
        "(*) what it needs stands above\n"
    )


def test_some_parts_and_what_they_need(shop: World):
    assert shop.done("graph", "right", "alone").output == (
        "right (command)\n└── app (program): needs\nalone (command)\n"
    )
    ended = shop.assemble("graph", "rihgt")
    assert (ended.code, ended.messages) == (
        2,
        "error: unknown part `rihgt`\nhint: did you mean `right`?\n",
    )


def test_json_has_every_reason_and_its_place(shop: World):
    document = shop.done("graph", "--json").document
    found = document["graph"]
    edge = next(each for each in found["edges"] if (each["part"], each["needs"]) == ("top", "left"))

    assert document["changed"] is False
    assert document == shop.done("graph", "--format", "json").document
    assert [part["name"] for part in found["parts"]].index("app") == 0
    assert {part["name"]: part["program"] for part in found["parts"]} == {
        "app": True, "left": False, "right": False, "top": False, "alone": False,
    }  # fmt: skip
    assert [(reason["kind"], reason["key"]) for reason in edge["reasons"]] == [
        ("needs", "needs.1"),
        ("reference", "shell"),
    ]
    assert all(re.fullmatch(r"assembly\.toml:\d+", reason["origin"]) for reason in edge["reasons"])
    assert found["tops"] == ["top", "alone"]


def bare(name: object) -> str:
    """A name without the quotation marks that Graphviz has around it."""
    return str(name).strip('"')


@pytest.mark.filterwarnings("ignore:.*deprecated")
def test_graphviz_reads_it(shop: World):
    shop.edit("[parts.alone]", f"[parts.'{ODD}']")
    graphs = pydot.graph_from_dot_data(shop.done("graph", "--format", "dot").output)
    assert graphs is not None
    [graph] = graphs
    unquoted = {bare(node.get_name()): node for node in graph.get_nodes()}

    assert unquoted["app"].get("shape") == "box"
    assert unquoted["app"].get("label") == '"app\\nprogram"'
    assert 'a \\"b\\" | c' in unquoted
    assert {
        (
            str(edge.get_source()).strip('"'),
            str(edge.get_destination()).strip('"'),
            edge.get("style"),
        )
        for edge in graph.get_edges()
    } == {
        ("top", "left", None),
        ("top", "right", "dashed"),
        ("left", "app", None),
        ("right", "app", "dashed"),
    }


def test_mermaid_is_one_node_or_arrow_a_line(shop: World):
    shop.edit("[parts.alone]", f"[parts.'{ODD}']")
    first, *lines = shop.done("graph", "--format", "mermaid").output.splitlines()
    text = r'"[\w #;.,:/<>-]+"'
    node = rf"    (p\d+)(\[{text}\]|\(\[{text}\]\))"
    arrow = rf"    (p\d+) (?:-->|-\.->)\|{text}\| (p\d+)"
    nodes = [match for line in lines if (match := re.fullmatch(node, line))]
    arrows = [match for line in lines if (match := re.fullmatch(arrow, line))]

    assert first == "graph LR"
    assert (len(nodes), len(arrows)) == (5, 4)
    assert len(nodes) + len(arrows) == len(lines)
    assert '(["a #34;b#34; #124; c<br>command"])' in "\n".join(lines)
    assert {end for match in arrows for end in match.groups()} <= {match[1] for match in nodes}


def test_a_ring_is_told(world: World):
    world.assembly(command("one", "x", needs=["two"]) + command("two", "x", needs=["one"]))

    ended = world.assemble("graph")
    assert ended.code == 1
    assert "parts form a cycle: one → two → one" in ended.messages
