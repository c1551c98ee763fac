"""Changes of arrays, `{ add = […], remove = […] }`, in every layer."""

import pytest

from assembler.config.compose import compose
from assembler.config.document import parse
from assembler.config.edits import history
from assembler.config.node import Node
from assembler.config.plain import plain
from assembler.errors import AssemblerError, ConfigurationError, Faults
from tests.config.assemblies import told


def composed(*texts: str) -> Node:
    return compose([parse(text, f"{i}.toml") for i, text in enumerate(texts)]).root


def steps(*texts: str) -> list[tuple[str, object, str]]:
    """What each layer did to the value `a`."""
    node = composed(*texts).child("a")
    assert node is not None
    return [(each.kind, plain(each.node), str(each.node.origin)) for each in history(node)]


def refused(*texts: str) -> str:
    with pytest.raises(AssemblerError) as caught:
        composed(*texts)
    error = caught.value
    return "\n".join(map(told, error.errors if isinstance(error, Faults) else [error]))


def test_each_layer_adds_to_or_removes_from_what_is_below_it():
    texts = ('a = ["a", "b"]', 'a.add = ["c"]', 'a = { add = ["d"] }', 'a = { remove = ["b"] }')
    assert plain(composed(*texts)) == {"a": ("a", "c", "d")}
    assert steps(*texts) == [
        ("set", ("a", "b"), "0.toml:1"),
        ("add", ("c",), "1.toml:1"),
        ("add", ("d",), "2.toml:1"),
        ("remove", ("b",), "3.toml:1"),
    ]


def test_one_change_removes_before_it_adds():
    texts = ('a = ["x>=1", "y"]', 'a = { add = ["x>=2"], remove = ["x>=1"] }')
    assert plain(composed(*texts)) == {"a": ("y", "x>=2")}
    assert [kind for kind, _, _ in steps(*texts)] == ["set", "remove", "add"]


def test_a_value_that_is_set_forgets_the_changes_below_it_but_its_history_does_not():
    texts = ("a = [1]", "a.add = [2]", "a = [3]")
    assert plain(composed(*texts)) == {"a": (3,)}
    assert [(kind, value) for kind, value, _ in steps(*texts)] == [
        ("set", (1,)),
        ("add", (2,)),
        ("set", (3,)),
    ]


def test_adding_to_nothing_makes_the_array():
    assert plain(composed("[t]\na.add = [1]")) == {"t": {"a": (1,)}}
    assert plain(composed("", "a.add = [1]", "a.add = [2]")) == {"a": (1, 2)}


def test_every_element_that_is_equal_is_removed():
    assert plain(composed("a = [1, 2, 1]", "a.remove = [1]")) == {"a": (2,)}
    assert plain(composed("a = [{ x = 1 }, 1.0, true]", "a.remove = [{ x = 1 }]")) == {
        "a": (1.0, True)
    }


def test_what_adds_to_a_reference_adds_to_the_array_that_it_stands_for():
    assert plain(composed('a = "${vars.kernel}"', 'a.add = ["x"]')) == {
        "a": ("${vars.kernel}", "x")
    }


def test_an_element_keeps_the_place_where_it_was_written():
    node = composed("a = [1]", "\na.add = [2]").child("a")
    assert node is not None
    assert isinstance(node.value, tuple)
    assert [str(each.origin) for each in node.value] == ["0.toml:1", "1.toml:2"]


def test_removing_what_is_not_there():
    assert refused('a = ["django>=5", "x"]', 'a.remove = ["django>5"]') == (
        "`a` has no `django>5` to remove\n"
        '  at 1.toml:1:13 |"django>5"|\n'
        "  hint: did you mean `django>=5`?"
    )
    assert refused("a = [1]", "a.remove = [1.0, {}]") == (
        "`a` has no `1.0` to remove\n"
        "  at 1.toml:1:13 |1.0|\n"
        "`a` has no such element to remove\n"
        "  at 1.toml:1:18 |{}|"
    )


def test_removing_where_no_layer_has_an_array():
    assert refused("", "[t]\na.remove = [1]") == (
        "`t.a` removes from an array that no layer below has\n  at 1.toml:2:13 |1|"
    )


def test_changing_what_is_no_array():
    assert refused('a = "x"', "a.add = [1]") == (
        "`a` changes an array, but the layer below has text\n"
        "  at 1.toml:1:1 |a|\n"
        "  it is set at 0.toml:1"
    )


def test_a_table_with_other_keys_changes_nothing():
    assert plain(composed("[a]\nadd = [1]\nmore = 2")) == {"a": {"add": (1,), "more": 2}}
    assert plain(composed("[a]\nadd = 1")) == {"a": {"add": 1}}
    with pytest.raises(ConfigurationError):
        composed("a = 1", "a.add = [1]")
