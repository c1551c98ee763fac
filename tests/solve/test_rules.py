"""Every rule is listed with what holds it, and every scenario is listed."""

import pytest

from tests.solve.rules import LOCK, PAGE, ROOT, page, scenarios

FEWEST = 60


def test_the_page_lists_every_scenario_with_its_rule():
    assert PAGE.read_text("utf-8") == page(), "run `python -m tests.solve.rules`"


def test_no_two_scenarios_hold_one_rule():
    rules = list(scenarios().values())

    assert len(set(rules)) == len(rules) >= FEWEST


@pytest.mark.parametrize(("rule", "place"), LOCK)
def test_a_rule_of_the_lock_has_its_test(rule: str, place: str):
    file, _, name = place.partition("::")

    assert rule
    assert f"\ndef {name}(" in (ROOT / file).read_text("utf-8")
