"""Groups of recipes in the lock of build requirements."""

import tomllib
from pathlib import Path

import pytest

from assembler.app.recipe_groups import PYTHONS, group_of, is_group, shown
from assembler.lock.builds import group_of as group_of_build


def test_recipes_are_locked_for_every_python_that_assembler_runs_on():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    prefix = "Programming Language :: Python :: 3."
    listed = [line for line in project["classifiers"] if line.startswith(prefix)]

    assert [line.rpartition(" ")[2] for line in listed] == list(PYTHONS)


@pytest.mark.parametrize("name", ["recipes-acme", "recipes-acme-on", "acme"])
@pytest.mark.parametrize("version", [None, "3.12", "1.0"])
def test_no_build_has_a_group_like_one_of_recipes(name: str, version: str | None):
    assert not is_group(group_of_build(name, version, "3.12"))
    assert not is_group(group_of_build(name, version, "3.12.4"))


@pytest.mark.parametrize("entry", ["acme", "a-b", "on-3", "python"])
def test_groups_are_shown_as_the_keys_of_their_entries(entry: str):
    group = group_of(entry, "3.12")

    assert is_group(group)
    assert shown(f"`{group}` and `web`") == f"`recipes.{entry}` and `web`"
