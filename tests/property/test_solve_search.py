"""What a search remembers about its names is what resolvelib would work out anew."""

from collections import Counter
from contextlib import suppress

from hypothesis import given, settings
from resolvelib.resolvers import Criterion, ResolutionError

from assembler.model.platforms import target_named
from assembler.solve.backtracking import Questions, Reports, Search
from assembler.solve.candidates import Candidate, Shelf
from assembler.solve.catalogue import Catalogue
from assembler.solve.environment import Environment
from assembler.solve.hopeless import Hopeless
from assembler.solve.problem import Problem, parse_roots, problem_of
from assembler.solve.provider import Latitude, Lessons, Preference
from assembler.solve.question import Policy
from assembler.solve.requirements import Demand, Requirements
from assembler.solve.routes import Routes
from tests.fakes.index import MemoryIndex
from tests.property.test_solve_oracle import Described, indexes, root_lists
from tests.solve.asking import DEFAULT, roots


class Compared(Search):
    """A search that compares each shortcut with the long way."""

    compared = 0

    def _get_preference(self, name: str) -> Preference:
        self.compared += 1
        quick = super()._get_preference(name)
        assert quick == super(Search, self)._get_preference(name)
        return quick

    def _is_current_pin_satisfying(
        self, name: str, criterion: Criterion[Demand, Candidate]
    ) -> bool:
        self.compared += 1
        quick = super()._is_current_pin_satisfying(name, criterion)
        assert quick == super(Search, self)._is_current_pin_satisfying(name, criterion)
        return quick


def problem(described: Described, required: list[str]) -> Problem:
    catalogue = Catalogue(MemoryIndex(described), Routes([DEFAULT]), {})
    environment = Environment((target_named("linux-x86_64"),), (3, 12, 0))
    requirements = Requirements()
    shelf = Shelf(environment, catalogue, requirements, Policy(python="3.12"))
    return problem_of(("web",), shelf, parse_roots(roots(required), requirements), ())


def compared(asked: Problem) -> int:
    """Search, and tell how many shortcuts were compared."""
    lessons = Lessons(Hopeless(asked), Counter())
    search = Compared(Questions(asked, {}, Latitude(), lessons), Reports(lessons))
    with suppress(ResolutionError):
        search.resolve(asked.demands(), 200)
    return search.compared


@settings(max_examples=100, deadline=None)
@given(described=indexes, required=root_lists)
def test_shortcuts_are_right(described: Described, required: list[str]) -> None:
    compared(problem(described, required))


def test_shortcuts_are_compared() -> None:
    described: Described = {
        "a": {"2": ["c<2"], "1": []},
        "b": {"1": ["c==2"]},
        "c": {"2": [], "1": []},
    }
    assert compared(problem(described, ["a", "b"])) > 10
