"""Chains of requirements in locks of all shapes."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assembler.app.outcomes import Chain, Chosen
from assembler.app.why import uses
from assembler.model.target import PythonRange
from tests.lock.samples import LINUX, MAC, PYTHON, inputs, lock, pin

NAMES = "abcdef"


def chains(graph: dict[str, str], *requires: str, of: str) -> list[str]:
    """The chains to a distribution where each one depends on those in its string."""
    pins = [pin(name, "1", sorted(graph[name])) for name in sorted(graph)]
    value = lock({("web", LINUX, PYTHON): pins}, {"web": inputs(*requires)})
    return [
        " ".join((chain.requirement, *(chosen.name for chosen in chain.distributions)))
        for use in uses(value, of)
        for chain in use.chains
    ]


def test_a_root_is_a_chain_of_its_own():
    assert chains({"a": "b", "b": ""}, "a", "b>=1", of="b") == ["a a b", "b>=1 b"]


def test_each_requirement_for_a_root_is_told():
    graph = {"a": "b", "b": ""}
    assert chains(graph, "a", "a[x]>2", "b ; extra == 'x'", of="b") == ["a a b", "a[x]>2 a b"]


def test_rings_end():
    assert chains({"a": "b", "b": "ac", "c": "a"}, "a", of="c") == ["a a b c"]
    assert chains({"a": "b", "b": "ac", "c": "a"}, "a", of="a") == ["a a"]


def test_every_distribution_that_asks_is_in_a_chain():
    graph = {"a": "bc", "b": "d", "c": "d", "d": ""}
    assert chains(graph, "a", of="d") == ["a a b d", "a a c d"]


def test_targets_and_pythons_with_equal_answers_are_one():
    early, late = PythonRange(3, 12, 0, 4), PythonRange(3, 12, 4)
    old, new = [pin("a", "1", because="`a<2`")], [pin("a", "2")]
    cells = {("web", target, early): old for target in (LINUX, MAC)}
    cells |= {("web", target, late): new for target in (LINUX, MAC)}
    cells["jobs", LINUX, PYTHON], cells["jobs", MAC, PYTHON] = new, [pin("b", "1")]
    value = lock(cells, {"web": inputs("a"), "jobs": inputs("a")})

    found = [
        (use.program, use.targets, use.python, use.everywhere, use.version, use.because)
        for use in uses(value, "a")
    ]
    assert found == [
        ("jobs", (LINUX,), "3.12", False, "2", "newest"),
        ("web", (LINUX, MAC), ">=3.12.0,<3.12.4", False, "1", "`a<2`"),
        ("web", (LINUX, MAC), ">=3.12.4,<3.13", False, "2", "newest"),
    ]


@given(
    st.fixed_dictionaries({name: st.text(NAMES, max_size=3) for name in NAMES}),
    st.sets(st.sampled_from(NAMES), min_size=1),
)
def test_chains_hold_and_leave_out_no_root_and_nobody_who_asks(
    graph: dict[str, str], roots: set[str]
):
    pins = [pin(name, "1", sorted(set(graph[name]))) for name in NAMES]
    value = lock({("web", LINUX, PYTHON): pins}, {"web": inputs(*sorted(roots))})
    (use,) = uses(value, "a")
    ways = [[chosen.name for chosen in chain.distributions] for chain in use.chains]

    assert all(chain_holds(chain, graph) for chain in use.chains)
    assert {way[0] for way in ways} == {root for root in roots if "a" in reached([root], graph)}
    asking = reached([root for root in roots if root != "a"], graph | {"a": ""})
    assert {way[-2] for way in ways if len(way) > 1} == {
        name for name in asking - {"a"} if "a" in graph[name]
    }
    assert len(set(use.chains)) == len(use.chains)


def chain_holds(chain: Chain, graph: dict[str, str]) -> bool:
    names = [chosen.name for chosen in chain.distributions]
    steps = pairwise(names)
    return (
        chain.requirement == names[0]
        and chain.distributions[-1] == Chosen("a", "1")
        and all(after in graph[before] for before, after in steps)
    )


def reached(start: list[str], graph: dict[str, str]) -> set[str]:
    found, due = set(start), list(start)
    for name in due:
        new = set(graph[name]) - found
        found |= new
        due += sorted(new)
    return found
