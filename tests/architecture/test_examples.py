"""Every standard recipe is shown by an example, and every example is told by a test."""

import re
import tomllib
from pathlib import Path, PurePath

import pytest

from assembler.adapters.plugins import recipes
from assembler.config.compose import compose
from assembler.config.document import parse
from assembler.config.schema import load
from tests.architecture.source import PROJECT

EXAMPLES = sorted(path.parent for path in (PROJECT / "examples").glob("*/assembly.toml"))


def used(example: Path) -> set[str]:
    """The recipes of an example's parts, those that it has through presets and loops as well."""
    text = (example / "assembly.toml").read_text(encoding="utf-8")
    document = compose([parse(text, "assembly.toml")])
    project = load(document, recipes=recipes(), folder=PurePath("/project"), environment={})
    return {part.recipe for part in project.parts.values()}


def standard() -> list[str]:
    content = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    points = tomllib.loads(content)["project"]["entry-points"]["assembler.recipes"]
    return sorted(points)


def test_every_standard_recipe_is_in_an_example():
    shown = {recipe for example in EXAMPLES for recipe in used(example)}

    assert [recipe for recipe in standard() if recipe not in shown] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_every_example_is_told_by_a_test(example: Path):
    tests = (PROJECT / "tests/e2e").rglob("test_*.py")
    told = "\n".join(file.read_text(encoding="utf-8") for file in tests)

    assert re.search(rf"\b{example.name}\b", told)
    assert (example / "README.md").exists()
