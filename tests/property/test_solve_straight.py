"""What is pinned while nothing conflicts is what resolvelib pins."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from assembler.solve.backtracking import searched
from assembler.solve.hopeless import Hopeless
from assembler.solve.outcome import Effort, Found, Outcome
from assembler.solve.problem import Pins, Problem
from assembler.solve.provider import Latitude, Learning, Lessons, Provider
from assembler.solve.search import search
from assembler.solve.straight import straight
from tests.property.test_solve_oracle import Described, indexes, root_lists
from tests.property.test_solve_search import problem

EFFORT = Effort(rounds=200, attempts=3)


def words(outcome: Outcome) -> object:
    """What is found, and in what order it was asked for; of the rest only that nothing is."""
    if not isinstance(outcome, Found):
        return type(outcome)
    return (
        {name: offer.entry for name, offer in outcome.pins.items()},
        {key: [*demands] for key, demands in outcome.asked.items()},
    )


def agree(asked: Problem, seeds: Pins, latitude: Latitude) -> None:
    quick = search(asked, seeds, EFFORT, latitude)
    slow = searched(asked, seeds, EFFORT, latitude)
    assert words(quick) == words(slow)


@settings(max_examples=150, deadline=None)
@given(described=indexes, required=root_lists, data=st.data())
def test_both_searches_agree(described: Described, required: list[str], data: st.DataObject):
    asked = problem(described, required)
    agree(asked, {}, Latitude())
    name = data.draw(st.sampled_from(sorted(described)))
    offers = list(asked.shelf.select(name, frozenset()))
    if offers:
        offer = data.draw(st.sampled_from(offers))
        agree(asked, {name: offer}, Latitude())
        agree(asked, {}, Latitude(fixed={name: offer.entry}))
        agree(asked, {}, Latitude(refused=frozenset({offer.entry}), lenient=frozenset({name})))


CONFLICTING: Described = {
    "a": {"2": ["c>=1", "b[x]"], "1": []},
    "b": {"2": ["d; extra == 'x'"], "1": ["d<2; extra == 'x'"]},
    "c": {"2": ["b<2"], "1": []},
    "d": {"2": [], "1": []},
}


def pinned(asked: Problem) -> dict[str, str] | None:
    """What is pinned as long as nothing conflicts."""
    lessons = Lessons(Hopeless(asked), Counter())
    provider = Provider(asked, {}, Latitude(), lessons)
    found = straight(asked.demands(), provider, Learning(lessons), EFFORT.rounds)
    if found is None:
        return None
    return {key: str(candidate.entry.version) for key, candidate in found.items()}


def test_nothing_conflicts():
    asked = problem(CONFLICTING, ["a<2", "b[x]"])

    assert pinned(asked) == {"a": "1", "b": "2", "b[x]": "2", "d": "2"}
    agree(asked, {}, Latitude())


def test_a_later_demand_contradicts_a_pin():
    asked = problem(CONFLICTING, ["a", "b[x]", "c"])

    assert pinned(asked) is None
    agree(asked, {}, Latitude())


def test_a_demand_leaves_no_candidate():
    asked = problem(CONFLICTING, ["a", "b>2"])

    assert pinned(asked) is None
    agree(asked, {}, Latitude())
