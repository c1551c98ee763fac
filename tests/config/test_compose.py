from assembler.config.compose import compose
from assembler.config.document import parse
from assembler.config.node import Node
from assembler.config.plain import plain


def composed(*texts: str) -> Node:
    return compose([parse(text, f"{i}.toml") for i, text in enumerate(texts)]).root


def history(node: Node | None) -> list[tuple[object, str]]:
    assert node is not None
    return [(plain(each), str(each.origin)) for each in (node, *node.overrode)]


def test_tables_merge_and_the_rest_is_replaced():
    root = composed("s = 1\na = [1, 2]\n[t]\nx = 1\ny = 1\n", "s = 2\na = [3]\n[t]\ny = 2\nz = 2\n")
    assert plain(root) == {"s": 2, "a": (3,), "t": {"x": 1, "y": 2, "z": 2}}


def test_a_value_remembers_what_it_overrode_the_latest_first():
    root = composed("a = 1\n", "\na = 2\n", "\n\na = 3\n")
    assert history(root.child("a")) == [(3, "2.toml:3"), (2, "1.toml:2"), (1, "0.toml:1")]


def test_a_table_keeps_the_place_where_it_was_first_written():
    root = composed("[t]\nx = 1\n", "\n[t]\ny = 1\n")
    assert history(root.child("t")) == [({"x": 1, "y": 1}, "0.toml:1")]


def test_a_table_takes_the_place_of_a_scalar_whole():
    root = composed("[t]\nx = 1\n", "t = 1\n", "[t]\ny = 1\n")
    assert [value for value, _ in history(root.child("t"))] == [{"y": 1}, 1, {"x": 1}]
