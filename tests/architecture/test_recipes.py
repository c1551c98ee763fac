import tomllib
from importlib import import_module
from pkgutil import iter_modules

import assembler_recipes

from tests.architecture.source import PROJECT


def test_every_standard_recipe_is_an_entry_point():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    modules = [module.name for module in iter_modules(assembler_recipes.__path__)]
    recipes = {
        name.replace("_", "-"): f"assembler_recipes.{name}:recipe"
        for name in modules
        if hasattr(import_module(f"assembler_recipes.{name}"), "recipe")
    }

    assert project["entry-points"]["assembler.recipes"] == recipes
