"""Composing documents is associative, and origins are right."""

import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from assembler.config.compose import compose
from assembler.config.document import Document, parse
from assembler.config.entries import entries
from assembler.config.node import Node
from assembler.config.plain import plain

SCALARS = st.integers(0, 9) | st.booleans() | st.text("ab", max_size=2)
TABLES = st.recursive(
    st.dictionaries(st.sampled_from("xyz"), SCALARS | st.lists(SCALARS, max_size=2), max_size=3),
    lambda tables: st.dictionaries(st.sampled_from("xyz"), tables | SCALARS, max_size=3),
    max_leaves=6,
)


def document(table: dict[str, object], file: str) -> Document:
    return parse(tomli_w.dumps(table), file)


def history(node: Node) -> object:
    """Values, places and what was overrode, all the way down."""
    own = (
        str(node.origin),
        node.origin.key,
        plain(node),
        [history(each) for each in node.overrode],
    )
    return own, {key: history(child) for key, child in node.table.items()}


@given(TABLES, TABLES, TABLES)
def test_it_makes_no_difference_which_layers_are_merged_first(
    one: dict[str, object], two: dict[str, object], three: dict[str, object]
):
    a, b, c = document(one, "a"), document(two, "b"), document(three, "c")
    at_once = compose([a, b, c])

    assert history(compose([compose([a, b]), c]).root) == history(at_once.root)
    assert history(compose([a, compose([b, c])]).root) == history(at_once.root)


@given(TABLES, TABLES)
def test_the_last_layer_wins(one: dict[str, object], two: dict[str, object]):
    lower, upper = document(one, "a"), document(two, "b")
    values = {entry.key: entry.value for entry in entries(compose([lower, upper]).root)}

    for entry in entries(upper.root):
        if entry.value == {}:
            continue
        assert values[entry.key] == entry.value


@given(TABLES, TABLES)
def test_a_value_stands_where_its_origin_says(one: dict[str, object], two: dict[str, object]):
    texts = {"a": tomli_w.dumps(one), "b": tomli_w.dumps(two)}
    root = compose([parse(text, file) for file, text in texts.items()]).root

    for entry in entries(root):
        origin = entry.origin
        assert origin.excerpt == texts[origin.file].split("\n")[origin.line - 1]
        written = origin.excerpt[origin.column - 1 :]
        if isinstance(entry.value, str | bool | int):
            assert written == tomli_w.dumps({"v": entry.value}).removeprefix("v = ").rstrip("\n")
