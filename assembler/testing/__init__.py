"""A plugin for pytest that tests recipes: `pytest_plugins = ["assembler.testing"]`.

It gives tests the fixture `recipe_tester`.
"""

from pathlib import Path

import pytest

from assembler.testing.asking import AskedPart
from assembler.testing.building import BuiltAssembly
from assembler.testing.purity import Impure
from assembler.testing.tester import RecipeTester

__all__ = ["AskedPart", "BuiltAssembly", "Impure", "RecipeTester", "recipe_tester"]


@pytest.fixture
def recipe_tester(tmp_path: Path) -> RecipeTester:
    """A project, an index and a prefix for a test of recipes."""
    return RecipeTester(tmp_path)
