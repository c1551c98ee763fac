"""Ways in which answers differ, on indexes small enough to see them."""

from collections.abc import Sequence

import pytest

from tests.oracles.differences import difference
from tests.oracles.tools import Case, Pins
from tests.property.test_solve_oracle import Described

EITHER: Described = {
    "ape": {"3": ["bee<2"], "2": [], "1": []},
    "bee": {"3": ["ape<3"], "1": []},
}
BOTH = ["ape", "bee"]
EARLY: Described = {"ape": {"2": ["bee>=2.5rc1"], "1": []}, "bee": {"2.5rc1": [], "2": []}}


@pytest.mark.parametrize(
    ("described", "roots", "ours", "theirs", "expected"),
    [
        (EITHER, BOTH, {"ape": "2", "bee": "3"}, {"ape": "2", "bee": "3"}, None),
        (EITHER, ["ape<1"], None, None, None),
        (EITHER, BOTH, {"ape": "2", "bee": "3"}, {"ape": "3", "bee": "1"}, "another newest"),
        (EITHER, BOTH, {"ape": "2", "bee": "3"}, {"ape": "2", "bee": "1"}, "not newest"),
        (EITHER, ["ape"], {"ape": "3", "bee": "1"}, {"ape": "2"}, "not newest"),
        (EARLY, ["ape"], {"ape": "2", "bee": "2.5rc1"}, {"ape": "1"}, "not newest"),
        (EARLY, ["ape>1"], {"ape": "2", "bee": "2.5rc1"}, None, "pre-releases"),
        (EARLY, ["bee"], {"bee": "2"}, {"bee": "2.5rc1"}, "pre-releases"),
        (EARLY, ["bee>=2.5rc1"], {"bee": "2.5rc1"}, None, "pre-releases"),
    ],
)
def test_each_way(
    described: Described, roots: Sequence[str], ours: Pins, theirs: Pins, expected: str | None
):
    assert difference(Case(described, roots, {}), ours, theirs) == expected


@pytest.mark.parametrize(
    ("roots", "ours", "theirs", "message"),
    [
        (["ape"], None, {"ape": "3", "bee": "1"}, "the solver missed an answer"),
        (["ape"], {"ape": "3", "bee": "1"}, None, "the other tool missed an answer"),
        (["ape"], {"ape": "3", "bee": "3"}, {"ape": "2"}, "the solver's answer does not hold"),
        (["ape"], {"ape": "2"}, {"ape": "3", "bee": "3"}, "the other answer does not hold"),
        (["ape"], {"ape": "2"}, {"ape": "2", "bee": "3"}, "the other answer does not hold"),
    ],
)
def test_what_is_no_known_way(
    roots: Sequence[str], ours: Pins | None, theirs: Pins | None, message: str
):
    with pytest.raises(AssertionError, match=message):
        difference(Case(EITHER, roots, {}), ours, theirs)
