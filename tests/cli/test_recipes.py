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
    shown = world.done("recipes", "command").output
    document = world.done("recipes", "command", "--json").document["recipe"]

    assert shown.startswith(
        "command: A command line, what it reads, and what it makes.\n\n"
        "Runs a command in the part's own directory"
    )
    assert (
        "  outputs: array: string (required)\n"
        "      The files and folders that it makes in its working directory, `${self.out}`: all\n"
        "      of them, and no others.\n"
    ) in shown
    assert shown.endswith(
        "outputs:\n  `path`: the first of its outputs.\n"
        "  `bin.NAME`, `dir`, `key` and `name`, as every part\n"
    )
    outputs = next(each for each in document["options"]["options"] if each["key"] == "outputs")
    assert (outputs["type"], outputs["default"]) == ("array: string", "required")
    assert document["outputs"] == "`path`: the first of its outputs."


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

    assert plain == json.loads(json.dumps(json_schema(recipes())))
    assert plain == world.done("schema", "--json").document
