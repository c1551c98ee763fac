"""However an array is laid out: what is changed is what was asked for, and nothing else."""

import tomli
from hypothesis import given
from hypothesis import strategies as st

from assembler.config.array_text import ArrayText, applied, place_in_order
from assembler.config.positions import spans

BLANK = st.sampled_from(["", " ", "  ", "\n", "\n    ", "\n\n", " # a, ]\n", "\n    # b\n    "])
VALUE = st.sampled_from(['"a"', "'b'", '"c # ]"', "'''d\n,'''", "[1, 2]", "{ e = 1 }"])


@st.composite
def arrays(draw: st.DrawFn) -> str:
    """An array with any layout and comments."""
    values = draw(st.lists(VALUE, max_size=5))
    text = "["
    for index, value in enumerate(values):
        comma = "," if index + 1 < len(values) or draw(st.booleans()) else ""
        text += draw(BLANK) + value + draw(BLANK) + comma
    return text + draw(BLANK) + "]"


def array_in(text: str) -> tuple[ArrayText, list[object]]:
    found = spans(text)
    elements: list[object] = tomli.loads(text)["x"]
    extents = tuple(found["x", index].value for index in range(len(elements)))
    return ArrayText(text=text, extent=found["x",].value, elements=extents), elements


def comments(text: str) -> int:
    return text.count("# a") + text.count("# b")


@given(arrays(), st.data())
def test_an_element_is_inserted(array: str, data: st.DataObject):
    text = f"before = 1 # x\nx = {array} # y\nafter = 2\n"
    found, elements = array_in(text)
    index = data.draw(st.integers(0, len(elements)))
    made = applied(text, found.inserted(index, '"new"'))

    elements.insert(index, "new")
    assert tomli.loads(made) == {"before": 1, "x": elements, "after": 2}
    assert comments(made) == comments(text)


@given(arrays(), st.data())
def test_an_element_is_replaced(array: str, data: st.DataObject):
    text = f"x = {array}\n"
    found, elements = array_in(text)
    for index in (
        data.draw(st.sets(st.sampled_from(range(len(elements))), max_size=1)) if elements else ()
    ):
        elements[index] = "new"
        made = applied(text, found.replaced(index, '"new"'))

        assert tomli.loads(made) == {"x": elements}
        assert comments(made) == comments(text)


@given(arrays().filter(lambda text: tomli.loads(f"x = {text}")["x"] != []), st.data())
def test_an_element_is_removed(array: str, data: st.DataObject):
    text = f"before = 1 # x\nx = {array} # y\nafter = 2\n"
    found, elements = array_in(text)
    index = data.draw(st.integers(0, len(elements) - 1))
    made = applied(text, found.removed(index))

    del elements[index]
    assert tomli.loads(made) == {"before": 1, "x": elements, "after": 2}
    assert made.startswith("before = 1 # x\nx = [")
    assert made.endswith("] # y\nafter = 2\n")


@given(st.lists(st.sampled_from("abcde") | st.none()), st.sampled_from("abcde"))
def test_what_was_sorted_stays_sorted(names: list[str | None], name: str):
    known = [each for each in names if each]
    names.insert(place_in_order(names, name), name)
    after = [each for each in names if each]

    assert after == sorted(after) if known == sorted(known) else after == [*known, name]
