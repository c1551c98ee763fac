"""The order of parts is topological and stays where it can."""

from hypothesis import given
from hypothesis import strategies as st

from assembler.graph import closure, order
from assembler.model.part import Part, PartName
from tests.test_graph import parts


@st.composite
def acyclic(draw: st.DrawFn) -> dict[PartName, Part]:
    names = [f"p{i}" for i in range(draw(st.integers(0, 8)))]
    edges = {
        name: " ".join(draw(st.sets(st.sampled_from(names[:i])))) if i else ""
        for i, name in enumerate(names)
    }
    return parts(**{name: edges[name] for name in draw(st.permutations(names))})


@given(acyclic())
def test_each_part_comes_after_all_that_it_needs(found: dict[PartName, Part]):
    places = {part.name: place for place, part in enumerate(order(found))}

    assert set(places) == set(found)
    for name, part in found.items():
        assert all(places[edge] < places[name] for edge in part.edges)


@given(acyclic())
def test_an_ordered_file_stays_as_it_is(found: dict[PartName, Part]):
    ordered = {part.name: part for part in order(found)}

    assert order(ordered) == tuple(ordered.values())


@given(acyclic(), st.data())
def test_a_closure_is_closed_and_no_larger(found: dict[PartName, Part], data: st.DataObject):
    names = data.draw(st.sets(st.sampled_from(sorted(found)))) if found else set()
    closed = closure(found, names)

    assert names <= closed
    assert all(found[name].edges <= closed for name in closed)
    needed = {edge for name in closed for edge in found[name].edges}
    assert closed == names | needed
