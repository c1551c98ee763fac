"""`assemble recipes` and `assemble schema`, which need no project."""

import json
from pathlib import Path

import pytest

from assembler.adapters.plugins import recipes
from assembler.config.json_schema import json_schema
from tests.behaviours.world import World
from tests.servers import serve


@pytest.fixture
def world(tmp_path: Path):
    with serve({}) as index:
        yield World(tmp_path, index)


def test_recipes_are_listed(world: World):
    lines = world.done("recipes").output.splitlines()
    listed = world.done("recipes", "--json").document

    assert [line.split()[0] for line in lines] == sorted(recipes())
    assert [each["name"] for each in listed["recipes"]] == sorted(recipes())
    assert all(
        f"{each['name']} " in line for each, line in zip(listed["recipes"], lines, strict=True)
    )


def test_a_recipe_shows_options_and_outputs(world: World):
    shown = world.done("recipes", "program").output
    document = world.done("recipes", "program", "--json").document["recipe"]

    assert shown.startswith(
        "program: A set of distributions in an environment of its own, and launchers for it.\n\n"
    )
    assert (
        "  requires: array: string (required)\n"
        "      The distributions that the program is made of (PEP 508).\n"
    ) in shown
    assert shown.endswith("outputs:\n  `bin.NAME`, `dir`, `key` and `name`, as every part\n")
    requires = next(each for each in document["options"]["options"] if each["key"] == "requires")
    assert (requires["type"], requires["default"]) == ("array: string", "required")


def test_a_recipe_shows_what_its_parts_offer(world: World):
    shown = world.done("recipes", "template").output
    offered = world.done("recipes", "template", "--json").document["recipe"]["outputs"]

    assert offered.startswith("`path`")
    assert f"outputs:\n  {offered[:40]}" in shown


def test_tables_inside_options_are_shown(world: World):
    shown = world.done("recipes", "program").output

    assert "  launchers: table: LauncherOptions\n" in shown
    assert "\nLauncherOptions:\n  One launcher: exactly one of" in shown


def test_an_unknown_recipe_has_a_nearest_one(world: World):
    near = world.assemble("recipes", "progam")
    far = world.assemble("recipes", "zzz")

    assert (near.code, near.messages) == (
        2,
        "error: unknown recipe `progam`\nhint: did you mean `program`?\n",
    )
    listed = ", ".join(f"`{name}`" for name in sorted(recipes()))
    assert far.messages == f"error: unknown recipe `zzz`\nhint: the recipes are {listed}\n"


def test_the_schema_is_printed(world: World):
    plain = json.loads(world.done("schema").output)

    assert plain.keys() == json_schema(recipes()).keys()
    assert plain == world.done("schema", "--json").document
    assert "else" not in world.done("schema", "--layer", "--json").document
