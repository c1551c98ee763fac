"""The next newer version of a pin is the last of all that are better."""

from hypothesis import given, settings
from hypothesis import strategies as st

from assembler.model.platforms import target_named
from assembler.solve.because import is_plain, nearest_better, nearest_newer
from assembler.solve.candidates import Shelf
from assembler.solve.catalogue import Catalogue
from assembler.solve.environment import Environment
from assembler.solve.problem import problem_of
from assembler.solve.question import Policy
from assembler.solve.requirements import Requirements
from assembler.solve.routes import Routes
from tests.fakes.index import MemoryIndex
from tests.solve.asking import DEFAULT

VERSIONS = ("0.9", "1.0", "1.1rc1", "1.1", "2.0a1", "2.0", "3.0.dev1", "3.0")
releases = st.fixed_dictionaries(
    {},
    optional={
        "yanked": st.just("broken"),
        "requires-python": st.sampled_from((">=3.12", "<3.12", ">=3.11.4")),
        "wheels": st.sampled_from((["py3-none-any"], ["cp312-cp312-win_amd64"])),
    },
)
pages = st.dictionaries(st.sampled_from(VERSIONS), releases, min_size=1)


@settings(deadline=None)
@given(
    page=pages,
    prereleases=st.sampled_from(((), ("a",), ("*",))),
    python=st.sampled_from(((3, 12, 0), (3, 11, 2))),
)
def test_both_ways_find_the_same(
    page: dict[str, dict[str, object]],
    prereleases: tuple[str, ...],
    python: tuple[int, int, int],
):
    policy = Policy(python="3", prereleases=prereleases)
    catalogue = Catalogue(MemoryIndex({"a": page}), Routes([DEFAULT]), {})
    environment = Environment((target_named("linux-x86_64"),), python)
    shelf = Shelf(environment, catalogue, Requirements(), policy)
    problem = problem_of(("web",), shelf, (), ())

    for offer in shelf.select("a", frozenset(), lenient=True):
        if is_plain(problem, offer):
            assert nearest_newer(problem, offer) is nearest_better(problem, offer)
