"""Tests of the README and the docs: their Python runs."""

from hypothesis import settings
from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser

settings.register_profile("assembler", deadline=None, derandomize=True)
settings.load_profile("assembler")

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    patterns=["*.md"],
    excludes=["docs/_build/**"],
).pytest()
