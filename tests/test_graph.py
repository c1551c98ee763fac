import msgspec
import pytest

from assembler.errors import ConfigurationError, Faults
from assembler.graph import closure, order, reasons
from assembler.model.part import Part, PartName
from assembler.origin import Origin
from tests.config.assemblies import HEAD, project, told


class Options(msgspec.Struct, frozen=True):
    pass


def parts(**edges: str) -> dict[PartName, Part]:
    """Parts with their edges, separated by blanks."""
    return {
        PartName(name): Part(
            name=PartName(name),
            recipe="x",
            options=Options(),
            values={},
            edges=frozenset(PartName(edge) for edge in needed.split()),
            origin=Origin(file="assembly.toml", line=line),
        )
        for line, (name, needed) in enumerate(edges.items(), 1)
    }


def names(found: dict[PartName, Part]) -> str:
    return " ".join(part.name for part in order(found))


def test_parts_that_need_nothing_keep_their_order():
    assert names(parts(c="", a="", b="")) == "c a b"


def test_what_is_needed_comes_first():
    assert names(parts(server="config app", app="", config="")) == "app config server"


def test_an_order_that_is_right_stays():
    assert names(parts(a="", c="a", b="a", d="b c")) == "a c b d"


def test_a_long_chain():
    edges = {f"p{i}": f"p{i + 1}" for i in range(5000)} | {"p5000": ""}
    assert order(parts(**edges))[0].name == "p5000"


def test_a_ring():
    with pytest.raises(ConfigurationError) as caught:
        order(parts(x="a", a="b", b="c", c="a"))
    assert told(caught.value) == (
        "parts form a cycle: a → b → c → a\n"
        "  at assembly.toml:2:0 ||\n"
        "  `a` needs `b` at assembly.toml:2\n"
        "  `b` needs `c` at assembly.toml:3\n"
        "  `c` needs `a` at assembly.toml:4\n"
        "  hint: take one of these references away"
    )


def test_a_ring_shows_where_its_edges_are_written():
    text = '[parts.a]\nrecipe = "program"\nrequires = []\nneeds = ["z", "b"]\n'
    text += '[parts.b]\nrecipe = "program"\nrequires = []\nenv.A = "x${parts.c.key}"\n'
    text += '[parts.c]\nrecipe = "file"\nto = "c"\nvars.x = ["${parts.a.dir}"]\n'
    text += '[parts.z]\nrecipe = "file"\nto = "z"\n'
    with pytest.raises(ConfigurationError) as caught:
        order(project(HEAD + text).parts)
    assert told(caught.value) == (
        "parts form a cycle: a → b → c → a\n"
        '  at assembly.toml:7:15 |"b"|\n'
        "  `a` needs `b` at assembly.toml:7\n"
        "  `b` needs `c` at assembly.toml:11\n"
        "  `c` needs `a` at assembly.toml:15\n"
        "  hint: take one of these references away"
    )


def test_a_part_that_needs_itself():
    with pytest.raises(ConfigurationError) as caught:
        order(project(HEAD + '[parts.a]\nrecipe = "file"\nto = "a"\nneeds = ["a"]\n').parts)
    assert caught.value.message == "parts form a cycle: a → a"


def test_several_rings():
    with pytest.raises(Faults) as caught:
        order(parts(a="b", b="a", c="c"))
    assert [error.message for error in caught.value.errors] == [
        "parts form a cycle: a → b → a",
        "parts form a cycle: c → c",
    ]


def test_what_parts_need():
    found = parts(a="b", b="c", c="", d="a")
    assert closure(found, [PartName("a")]) == {"a", "b", "c"}
    assert closure(found, [PartName("c"), PartName("d")]) == {"a", "b", "c", "d"}
    assert closure(found, []) == set()


def test_every_reason_why_a_part_needs_another_is_found():
    found = project(
        HEAD
        + '[parts.a]\nrecipe = "program"\nrequires = []\nneeds = ["b"]\n'
        + 'env = { X = "${parts.b.dir}", Y = "${parts.b.key}" }\n'
        + '[parts.b]\nrecipe = "program"\nrequires = []\n'
    ).parts

    assert [
        (reason.kind, reason.key, reason.origin.line)
        for reason in reasons(found[PartName("a")], PartName("b"))
    ] == [
        ("needs", ("needs", 0), 7),
        ("reference", ("env", "X"), 8),
        ("reference", ("env", "Y"), 8),
    ]


def test_a_key_that_names_the_part_is_a_reason():
    part = msgspec.structs.replace(
        parts(a="b", b="")[PartName("a")], values={"program": "b", "deeper": {"names": ("b",)}}
    )

    assert [(reason.kind, reason.key) for reason in reasons(part, PartName("b"))] == [
        ("key", ("program",)),
        ("key", ("deeper", "names", 0)),
    ]


def test_an_edge_that_no_key_shows_stands_at_the_part():
    (reason,) = reasons(parts(a="b", b="")[PartName("a")], PartName("b"))

    assert (reason.kind, reason.key, reason.origin.line) == ("key", (), 1)
