"""The page on failed solves shows what is really said."""

import tomli

from tests.solve.rules import ROOT
from tests.solve.test_scenarios import FOLDER


def test_the_example_is_that_of_a_scenario():
    page = (ROOT / "docs/how-to/read-a-failed-solve.md").read_text("utf-8")
    scenario = tomli.loads((FOLDER / "constraint-deep.toml").read_text("utf-8"))

    for line in scenario["expected"]["words"]:
        assert line.removesuffix(" [assembly.toml:1]") in page
