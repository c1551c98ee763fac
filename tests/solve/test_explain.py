"""Explanations that no scenario reaches in reasonable time or size."""

import pytest

from assembler.errors import Faults, UnsatisfiableError
from assembler.model.platforms import target_named
from assembler.solve.candidates import Shelf
from assembler.solve.catalogue import Catalogue
from assembler.solve.environment import Environment
from assembler.solve.explain import Failure, explain
from assembler.solve.outcome import Effort, Found, GivenUp, Impossible
from assembler.solve.problem import Problem, parse_roots, problem_of
from assembler.solve.provider import Latitude
from assembler.solve.question import Policy
from assembler.solve.requirements import Requirements
from assembler.solve.routes import Routes
from assembler.solve.search import search
from assembler.solve.solver import solve
from tests.fakes.index import Description, MemoryIndex
from tests.solve.asking import DEFAULT, question, roots

TANGLE: Description = {
    **{
        f"a{at}": {str(version): [f"b{at}=={version}"] for version in range(1, 9)}
        for at in range(4)
    },
    **{
        f"b{at}": {str(version): [f"hub=={version * 4 + at}"] for version in range(1, 9)}
        for at in range(4)
    },
    "hub": {str(version): [] for version in range(60)},
}


def problem(described: Description, *requirements: str) -> Problem:
    parsed = Requirements()
    shelf = Shelf(
        Environment((target_named("linux-x86_64"),), (3, 12, 0)),
        Catalogue(MemoryIndex(described), Routes([DEFAULT]), {}),
        parsed,
        Policy(python="3.12"),
    )
    return problem_of(("web",), shelf, parse_roots(roots(requirements), parsed), ())


RING: Description = {
    **{f"a{at}": {"2": [f"b{at}==2"], "1": [f"b{at}==1"]} for at in range(3)},
    "b0": {"2": ["hub==1"], "1": ["hub==2"]},
    "b1": {"2": ["hub==2"], "1": ["hub==3"]},
    "b2": {"2": ["hub==3"], "1": ["hub==1"]},
    "hub": {str(version): [] for version in range(1, 4)},
}


def test_a_pair_that_fails_alone_explains_what_the_search_gave_up():
    tangled = problem(TANGLE, "a0", "a1", "a2", "a3")
    outcome = search(tangled, {}, Effort(rounds=3, attempts=2), Latitude())

    assert isinstance(outcome, GivenUp)
    targets = (target_named("linux-x86_64"),)
    first, *_ = explain([Failure(tangled.roots, tangled, outcome)], targets)
    assert "no version of `hub` satisfies" in first.message


def test_giving_up_names_what_conflicted_most_and_how_to_narrow_it():
    tangled = problem(RING, "a0", "a1", "a2")
    outcome = search(tangled, {}, Effort(rounds=3, attempts=2), Latitude())

    assert isinstance(outcome, GivenUp)
    targets = (target_named("linux-x86_64"),)
    (error,) = explain([Failure(tangled.roots, tangled, outcome)], targets)
    assert error.message == (
        "`web` can't be solved for `linux-x86_64` with Python 3.12: "
        "gave up after trying too many combinations"
    )
    assert error.details[0] == "the distributions that conflicted most:"
    assert "`hub`, asked for by b0, b1" in error.details
    assert error.hints == ("narrow one of them in `[lock.constraints]`, best to a recent version",)


def test_a_tangle_is_understood_in_the_end():
    with pytest.raises(Faults) as caught:
        solve(question("a0", "a1", "a2", "a3"), MemoryIndex(TANGLE))

    for error in caught.value.errors:
        assert "no version of `hub` satisfies" in error.message
        assert len(error.details) == 2


def test_restarts_keep_what_was_learnt():
    deep: Description = {
        **{f"d{at}": {str(v): [f"d{at + 1}"] for v in range(6)} for at in range(6)},
        "d6": {"1": ["ghost"]},
    }
    first = search(problem(deep, "d0"), {}, Effort(rounds=5, attempts=1), Latitude())
    restarted = search(problem(deep, "d0"), {}, Effort(rounds=5, attempts=20), Latitude())

    assert isinstance(first, GivenUp)
    assert isinstance(restarted, Impossible)


def test_a_search_that_finds_says_what_was_asked():
    outcome = search(problem({"lib": {"1": []}}, "lib"), {}, Effort(), Latitude())

    assert isinstance(outcome, Found)
    assert set(outcome.asked) == {"lib"}


def test_a_large_program_is_explained_in_bounded_time():
    crowd: Description = {
        **{f"p{at}": {"1": ["hub<2"]} for at in range(200)},
        "p200": {"1": ["hub>=2"]},
        "hub": {"2": [], "1": []},
    }
    index = MemoryIndex(crowd)
    with pytest.raises(UnsatisfiableError) as caught:
        solve(question(*(f"p{at}" for at in range(201))), index)

    error = caught.value
    assert "no version of `hub` satisfies `hub<2` and `hub>=2` together" in error.message
    assert len(error.details) + len(error.hints) < 20
