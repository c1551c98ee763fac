"""Edits of the product that each take one rule out of it; the scenario of the rule must notice.

`mutants.toml` has, for each rule, the file, a text that stands there exactly once, and what takes
its place. `python -m tests.solve.mutation` tries them out.
"""

from pathlib import Path

import msgspec
import tomli

from tests.solve.rules import LOCK, scenarios

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("mutants.toml")


class Mutant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the product, a text that stands there exactly once, and what to write instead."""

    file: str
    text: str
    instead: str

    def applied(self, content: str) -> str:
        """The content of the file without the rule. Raises `ValueError`."""
        count = content.count(self.text)
        if count != 1:
            raise ValueError(f"stands {count} times in {self.file}: {self.text}")
        return content.replace(self.text, self.instead)


def mutants() -> dict[str, Mutant]:
    """The mutant of each rule, by the scenario's name without ending, or the test's id."""
    return msgspec.convert(tomli.loads(TABLE.read_text("utf-8")), dict[str, Mutant])


def rules() -> dict[str, str]:
    """The id of the test that holds each rule, by the same names."""
    runner = "tests/solve/test_scenarios.py::test_scenario"
    stems = [name.removesuffix(".toml") for name in scenarios()]
    return {stem: f"{runner}[{stem}]" for stem in stems} | {test: test for _, test in LOCK}
